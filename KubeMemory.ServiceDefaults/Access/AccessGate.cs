namespace KubeMemory.ServiceDefaults.Access;

/// <summary>Remembers whether a host has its access in place: one that was forgotten would serve to everybody, and does not start instead.</summary>
internal sealed class AccessGate
{
    public bool IsInPlace { get; set; }
}

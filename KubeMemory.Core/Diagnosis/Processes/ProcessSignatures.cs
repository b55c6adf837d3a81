namespace KubeMemory.Core.Diagnosis.Processes;

/// <summary>What the process says, or how it ended: crashes, dependencies, probes.</summary>
internal static class ProcessSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } = [];
}

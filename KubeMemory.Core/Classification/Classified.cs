using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Classification;

/// <summary>What a reason and a message say by themselves, without the pod's state.</summary>
/// <param name="Cause">Normalised, without identity.</param>
/// <param name="IsGeneric">The message tells that it fails and not why: the pod's state may know better.</param>
internal sealed record Classified(IncidentType Type, string Cause, bool IsGeneric = false)
{
    /// <summary>The cause in words for a description; the normalised one where there is none.</summary>
    public string? Words { get; init; }

    public string? Container { get; init; }

    public string? Image { get; init; }

    /// <summary>The registry is to blame, or may be: not for an image that it says it does not have.</summary>
    public bool BlamesRegistry { get; init; }

    /// <summary>The ResourceQuota that is exceeded.</summary>
    public string? Quota { get; init; }

    /// <summary>A PersistentVolume, whose name means the same everywhere in the cluster.</summary>
    public string? Volume { get; init; }

    /// <summary>A PersistentVolumeClaim of the namespace.</summary>
    public string? Claim { get; init; }

    /// <summary>A name that was not resolved.</summary>
    public string? DnsName { get; init; }

    /// <summary>MemoryPressure, DiskPressure, PIDPressure or Ready, of the pod's node.</summary>
    public string? NodeCondition { get; init; }
}

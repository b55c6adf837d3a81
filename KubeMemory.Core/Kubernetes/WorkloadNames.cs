using System.Buffers;
using System.Text.Json;

namespace KubeMemory.Core.Kubernetes;

/// <summary>What the names that controllers give tell about the controller.</summary>
internal static class WorkloadNames
{
    // The alphabet of k8s.io/apimachinery/pkg/util/rand: no vowels and no 0, 1, 3, so that no words arise.
    private static readonly SearchValues<char> SafeAlphabet = SearchValues.Create("bcdfghjklmnpqrstvwxz2456789");

    /// <summary><c>web-75fb46b7bd</c> → <c>web</c>; null where the name has no pod-template-hash.</summary>
    public static string? DeploymentOf(string replicaSet)
    {
        var cut = replicaSet.LastIndexOf('-');
        var hash = replicaSet.AsSpan(cut + 1);
        return cut > 0 && hash.Length is >= 8 and <= 10 && !hash.ContainsAnyExcept(SafeAlphabet) ? replicaSet[..cut] : null;
    }

    /// <summary>
    /// <c>backup-29112345</c> → <c>backup</c>: the scheduled time in minutes since 1970, before Kubernetes 1.21 in seconds.
    /// </summary>
    public static string? CronJobOf(string job)
    {
        var cut = job.LastIndexOf('-');
        var time = job.AsSpan(cut + 1);
        return cut > 0 && !time.ContainsAnyExceptInRange('0', '9') && (time is ['2' or '3', ..] and { Length: 8 } || time is ['1', ..] and { Length: 10 })
            ? job[..cut]
            : null;
    }

    /// <summary>The random end of a pod's name: five characters.</summary>
    public static bool IsPodSuffix(ReadOnlySpan<char> suffix) => suffix.Length == 5 && !suffix.ContainsAnyExcept(SafeAlphabet);

    /// <summary>The number at the end of a StatefulSet's pod.</summary>
    public static bool IsOrdinal(ReadOnlySpan<char> suffix) => suffix.Length is > 0 and <= 6 && !suffix.ContainsAnyExceptInRange('0', '9');

    /// <summary>The claim behind a pod's volume; null where there is none.</summary>
    public static string? ClaimOf(JsonElement volume, string pod)
    {
        if (volume.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (volume.TryGetProperty("persistentVolumeClaim", out var claim)
            && claim.ValueKind == JsonValueKind.Object
            && claim.TryGetProperty("claimName", out var name)
            && name.ValueKind == JsonValueKind.String)
        {
            return name.GetString();
        }

        return volume.TryGetProperty("ephemeral", out _) && volume.TryGetProperty("name", out var own) && own.ValueKind == JsonValueKind.String
            ? $"{pod}-{own.GetString()}"
            : null;
    }
}

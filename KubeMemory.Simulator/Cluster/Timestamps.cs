using System.Globalization;

namespace KubeMemory.Simulator.Cluster;

internal static class Timestamps
{
    /// <summary>metav1.Time: whole seconds, UTC.</summary>
    public static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

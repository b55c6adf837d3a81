using System.ComponentModel.DataAnnotations;

namespace KubeMemory.Api.Live;

/// <summary>Configuration section <c>KubeMemory:Live</c>.</summary>
internal sealed class LiveOptions
{
    public const string Section = "KubeMemory:Live";

    /// <summary>How often a silent connection gets a sign of life. Default 15 s, 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Changes that wait for one reader. Default 1,000, 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int Buffer { get; set; } = 1_000;

    /// <summary>
    /// How long a reader's buffer may stay full before it is disconnected; it comes back with the last id it has seen, and misses
    /// nothing. Default 10 s, 100 ms to 5 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);
}

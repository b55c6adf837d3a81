using System.ComponentModel.DataAnnotations;

namespace KubeMemory.Engines.Telemetry;

/// <summary>How often what must be asked of an engine is measured.</summary>
public sealed class MetricsOptions
{
    public const string Section = "KubeMemory:Metrics";

    /// <summary>Between two looks at the engines, while somebody collects. 1 second to 5 minutes. Default 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "KubeMemory:Metrics:SampleEvery must be from 00:00:01 to 00:05:00.")]
    public TimeSpan SampleEvery { get; set; } = TimeSpan.FromSeconds(15);
}

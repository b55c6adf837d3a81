using System.ComponentModel.DataAnnotations;

namespace KubeMemory.Api.Projection;

/// <summary>Configuration section <c>KubeMemory:Projections</c>.</summary>
public sealed class ProjectionOptions
{
    public const string Section = "KubeMemory:Projections";

    /// <summary>How often store and projections are counted against each other. Default one minute; from a second to a day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "KubeMemory:Projections:ReconcileEvery must be from 00:00:01 to 1.00:00:00.")]
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromMinutes(1);
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Captures;

/// <summary>Finds the newest time that the objects of a capture speak of.</summary>
internal static class CaptureTimes
{
    /// <summary>Times of what has happened. <c>deletionTimestamp</c> is not one: it may lie ahead.</summary>
    private static readonly HashSet<string> Past = new(StringComparer.Ordinal)
    {
        "creationTimestamp", "time", "firstTimestamp", "lastTimestamp", "eventTime", "lastObservedTime", "lastTransitionTime",
        "lastProbeTime", "lastUpdateTime", "lastHeartbeatTime", "startedAt", "finishedAt", "startTime", "completionTime",
        "lastScheduleTime", "lastSuccessfulTime",
    };

    private static readonly HashSet<string> Searched = new(StringComparer.Ordinal)
    {
        "metadata", "status", "series", "managedFields", "conditions", "containerStatuses", "initContainerStatuses",
        "ephemeralContainerStatuses", "state", "lastState", "running", "terminated",
    };

    /// <returns>Null when no time is found.</returns>
    public static DateTimeOffset? Newest(JsonNode? node) => node switch
    {
        JsonObject value => value.Select(field =>
            Past.Contains(field.Key) ? Parse(field.Value)
            : Searched.Contains(field.Key) ? Newest(field.Value)
            : null).Max(),
        JsonArray list => list.Select(Newest).Max(),
        _ => null,
    };

    private static DateTimeOffset? Parse(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var time)
        && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed)
            ? parsed
            : null;
}

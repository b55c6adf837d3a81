using System.Globalization;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Cluster;

/// <summary>
/// What client-go's event recorder remembers: the same thing said again updates the Event and counts on, also where the Event has expired
/// in the meantime. It is then created anew under its old name and first time.
/// </summary>
internal sealed class EventRecorder(TimeProvider time)
{
    // client-go keeps 4096 series in its cache.
    private const int SeriesLimit = 4096;

    private readonly Dictionary<EventDraft, Series> _series = [];
    private readonly Queue<EventDraft> _oldest = new();
    private long _lastName;

    public JsonObject Next(EventDraft draft)
    {
        var now = time.GetUtcNow();
        if (!_series.TryGetValue(draft, out var series))
        {
            series = new Series(NameFor(draft, now), Timestamps.Seconds(now), 0);
            _oldest.Enqueue(draft);
            if (_oldest.Count > SeriesLimit)
            {
                _series.Remove(_oldest.Dequeue());
            }
        }

        series = series with { Count = series.Count + 1 };
        _series[draft] = series;
        return Write(draft, series, Timestamps.Seconds(now));
    }

    public void Forget()
    {
        _series.Clear();
        _oldest.Clear();
    }

    private string NameFor(EventDraft draft, DateTimeOffset now)
    {
        // client-go names an Event after its object and the nanosecond; two in the same tick still need two names.
        _lastName = Math.Max(_lastName + 1, (now - DateTimeOffset.UnixEpoch).Ticks * 100);
        return string.Create(CultureInfo.InvariantCulture, $"{draft.Name}.{_lastName:x16}");
    }

    // {"metadata":{"name":"api-7d4b-x2x.17c9…","namespace":"shop"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"api-7d4b-x2x","uid":"…",
    //  "apiVersion":"v1","fieldPath":"spec.containers{api}"},"reason":"BackOff","message":"Back-off restarting failed container …",
    //  "source":{"component":"kubelet","host":"node-1"},"firstTimestamp":"2026-01-01T10:00:00Z","lastTimestamp":"2026-01-01T10:05:00Z","count":7,
    //  "type":"Warning","eventTime":null,"reportingComponent":"kubelet","reportingInstance":"node-1"}
    private static JsonObject Write(EventDraft draft, Series series, string now)
    {
        var kind = KubernetesResource.FindKind(draft.Kind);
        var involved = new JsonObject { ["kind"] = draft.Kind };
        if (kind is not { Namespaced: false })
        {
            involved["namespace"] = draft.Namespace;
        }

        involved["name"] = draft.Name;
        involved["uid"] = draft.Uid;
        involved["apiVersion"] = kind?.ApiVersion ?? "v1";
        var source = new JsonObject { ["component"] = draft.Component };
        if (draft.FieldPath is not null)
        {
            involved["fieldPath"] = draft.FieldPath;
        }

        if (draft.Host is not null)
        {
            source["host"] = draft.Host;
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = series.Name, ["namespace"] = draft.Namespace.Length == 0 ? "default" : draft.Namespace },
            ["involvedObject"] = involved,
            ["reason"] = draft.Reason,
            ["message"] = draft.Message,
            ["source"] = source,
            ["firstTimestamp"] = series.FirstTimestamp,
            ["lastTimestamp"] = now,
            ["count"] = series.Count,
            ["type"] = draft.Type,
            ["eventTime"] = null,
            ["reportingComponent"] = draft.Component,
            ["reportingInstance"] = draft.Host ?? "",
        };
    }

    private readonly record struct Series(string Name, string FirstTimestamp, int Count);
}

using System.Globalization;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>The two ways in which Kubernetes' components write Events, with their habits.</summary>
internal sealed class SimulatedEvents(ClusterState cluster, ScenarioClock clock)
{
    // client-go: ten different messages about one object within ten minutes, then they are combined.
    private const int SimilarEventsBeforeCombining = 10;
    private const string CombinedPrefix = "(combined from similar events): ";

    private readonly Dictionary<EventDraft, HashSet<string>> _similar = [];
    private readonly Dictionary<EventDraft, string> _combined = [];
    private readonly Dictionary<(string Uid, string Message), JsonObject> _scheduling = [];
    private readonly Lock _gate = new();

    /// <summary>As the kubelet and the controllers do: counted, and combined where the messages differ.</summary>
    public void Record(EventDraft draft)
    {
        lock (_gate)
        {
            var kind = draft with { Message = "" };
            if (!_similar.TryGetValue(kind, out var messages))
            {
                _similar[kind] = messages = [];
            }

            messages.Add(draft.Message);
            if (messages.Count <= SimilarEventsBeforeCombining)
            {
                cluster.RecordEvent(draft);
            }
            else
            {
                RecordCombined(kind, draft with { Message = CombinedPrefix + draft.Message });
            }
        }
    }

    /// <summary>
    /// As the scheduler does since it writes events.k8s.io: no count and no first or last time, only the microsecond; a repeat becomes a series.
    /// </summary>
    public void Schedule(string ns, string pod, string uid, string type, string reason, string message)
    {
        lock (_gate)
        {
            var now = clock.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            if (_scheduling.TryGetValue((uid, message), out var earlier))
            {
                var count = (int?)earlier["series"]?["count"] ?? 1;
                earlier["series"] = new JsonObject { ["count"] = count + 1, ["lastObservedTime"] = now };
                _scheduling[(uid, message)] = cluster.Apply("events", earlier);
                return;
            }

            _scheduling[(uid, message)] = cluster.Apply("events", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = $"{pod}.{(clock.Now - DateTimeOffset.UnixEpoch).Ticks * 100 + _scheduling.Count:x16}", ["namespace"] = ns },
                ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = ns, ["name"] = pod, ["uid"] = uid, ["apiVersion"] = "v1" },
                ["reason"] = reason,
                ["message"] = message,
                ["source"] = new JsonObject(),
                ["firstTimestamp"] = null,
                ["lastTimestamp"] = null,
                ["type"] = type,
                ["eventTime"] = now,
                ["action"] = type == "Normal" ? "Binding" : "Scheduling",
                ["reportingComponent"] = "default-scheduler",
                ["reportingInstance"] = "default-scheduler-node-1",
            });
        }
    }

    /// <summary>A combined Event keeps its name and takes each new message.</summary>
    private void RecordCombined(EventDraft kind, EventDraft draft)
    {
        var ns = draft.Namespace;
        if (_combined.TryGetValue(kind, out var name) && cluster.Get("events", ns, name) is { } combined)
        {
            combined["message"] = draft.Message;
            combined["count"] = (int)combined["count"]! + 1;
            combined["lastTimestamp"] = Timestamps.Seconds(clock.Now);
            cluster.Apply("events", combined);
        }
        else
        {
            _combined[kind] = (string)cluster.RecordEvent(draft)["metadata"]!["name"]!;
        }
    }
}

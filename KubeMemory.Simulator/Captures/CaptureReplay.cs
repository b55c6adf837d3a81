using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Captures;

/// <summary>Puts a capture into a simulated cluster, as it stood when it was taken: names, uids, times and counts unchanged.</summary>
public static class CaptureReplay
{
    public static void ApplyTo(Capture capture, ClusterState state)
    {
        if (capture.Version is { } version)
        {
            state.Version = (JsonObject)version.DeepClone();
        }

        ApplyMissingNamespaces(capture, state);
        foreach (var plural in ResourceKinds.PluralsInReplayOrder)
        {
            foreach (var value in capture.Objects.GetValueOrDefault(plural, []))
            {
                state.Apply(plural, (JsonObject)value.DeepClone());
            }
        }

        foreach (var (log, text) in capture.Logs)
        {
            state.SetLog(log.Namespace, log.Pod, log.Container, text, log.Previous);
        }
    }

    /// <summary>Files of <c>kubectl get pods,events</c> hold no namespaces, but a cluster has those that its objects are in. kube-system carries the cluster's id.</summary>
    private static void ApplyMissingNamespaces(Capture capture, ClusterState state)
    {
        var present = capture.Objects.GetValueOrDefault("namespaces", []).Select(ns => (string?)ns["metadata"]!["name"]).ToHashSet();
        if (present.Add("kube-system"))
        {
            state.Apply("namespaces", Namespace("kube-system", capture.ClusterId));
        }

        var named = capture.Objects.Where(kind => !ResourceKinds.IsClusterScoped(kind.Key))
            .SelectMany(kind => kind.Value)
            .Select(value => (string)value["metadata"]!["namespace"]!);
        foreach (var name in named.Where(present.Add).ToList())
        {
            state.Apply("namespaces", Namespace(name, uid: null));
        }
    }

    private static JsonObject Namespace(string name, string? uid)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (uid is not null)
        {
            metadata["uid"] = uid;
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = metadata,
            ["status"] = new JsonObject { ["phase"] = "Active" },
        };
    }
}

using System.Text;

namespace KubeMemory.Simulator.Load;

/// <summary>One Event of a load.</summary>
internal sealed class LoadSeries(LoadPod pod, int number, LoadReason reason, string firstTimestamp)
{
    public LoadPod Pod { get; } = pod;

    public LoadReason Reason { get; } = reason;

    public string Name { get; } = $"{pod.Name}.{0x17c9000000000000 + ((long)number * 0x1000):x16}";

    public string Uid { get; } = Guid.NewGuid().ToString();

    public string FirstTimestamp { get; } = firstTimestamp;

    public int Count { get; set; } = 1;
}

/// <summary>What kubelet or scheduler say, with the cases' own messages.</summary>
internal sealed record LoadReason(string Reason, string Component, bool OnContainer, Func<LoadPod, string> Message)
{
    public static LoadReason[] All { get; } =
    [
        new("BackOff", "kubelet", true, p => $"Back-off restarting failed container {p.Container} in pod {p.Name}_{LoadCluster.Namespace}({p.Uid})"),
        new("Unhealthy", "kubelet", true, _ => "Readiness probe failed: Get \"http://10.42.3.17:8080/healthz/ready\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"),
        new("Failed", "kubelet", true, p => $"Failed to pull image \"{p.Image}\": rpc error: code = Unknown desc = failed to pull and unpack image \"{p.Image}\": failed to resolve reference \"{p.Image}\": dial tcp: lookup registry.example.com: no such host"),
        new("FailedScheduling", "default-scheduler", false, _ => "0/20 nodes are available: 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't match Pod's node affinity/selector, 15 Insufficient cpu. preemption: 0/20 nodes are available: 15 No preemption victims found for incoming pod, 5 Preemption is not helpful for scheduling."),
        new("FailedMount", "kubelet", false, _ => "Unable to attach or mount volumes: unmounted volumes=[config], unattached volumes=[config kube-api-access-7k2lm]: MountVolume.SetUp failed for volume \"config\" : configmap \"storefront-checkout-config\" not found"),
    ];
}

internal static class LoadLine
{
    // The managedFields are a good half of a real line:
    // "managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"…","fieldsType":"FieldsV1","fieldsV1":{"f:count":{},…}}]
    private const string FieldsV1 =
        """{"f:count":{},"f:firstTimestamp":{},"f:involvedObject":{"f:apiVersion":{},"f:fieldPath":{},"f:kind":{},"f:name":{},"f:namespace":{},"f:resourceVersion":{},"f:uid":{}},"f:lastTimestamp":{},"f:message":{},"f:reason":{},"f:reportingComponent":{},"f:reportingInstance":{},"f:source":{"f:component":{},"f:host":{}},"f:type":{}}""";

    private static string FieldPath(LoadSeries series) => series.Reason.OnContainer ? $",\"fieldPath\":\"spec.containers{{{series.Pod.Container}}}\"" : "";

    /// <summary>The line as it goes over the wire, newline included.</summary>
    public static byte[] Write(LoadSeries series, bool added, long version, string now)
    {
        var (pod, reason) = (series.Pod, series.Reason);
        var message = reason.Message(pod).Replace("\"", "\\\"", StringComparison.Ordinal);
        var host = reason.Component == "kubelet" ? pod.Node : "";
        var line = $$$"""
            {"type":"{{{(added ? "ADDED" : "MODIFIED")}}}","object":{"kind":"Event","apiVersion":"v1",
            "metadata":{"name":"{{{series.Name}}}","namespace":"{{{LoadCluster.Namespace}}}","uid":"{{{series.Uid}}}","resourceVersion":"{{{version}}}","creationTimestamp":"{{{series.FirstTimestamp}}}",
            "managedFields":[{"manager":"{{{reason.Component}}}","operation":"Update","apiVersion":"v1","time":"{{{now}}}","fieldsType":"FieldsV1","fieldsV1":{{{FieldsV1}}}}]},
            "involvedObject":{"kind":"Pod","namespace":"{{{LoadCluster.Namespace}}}","name":"{{{pod.Name}}}","uid":"{{{pod.Uid}}}","apiVersion":"v1","resourceVersion":"1000"{{{FieldPath(series)}}}},
            "reason":"{{{reason.Reason}}}","message":"{{{message}}}","source":{"component":"{{{reason.Component}}}","host":"{{{host}}}"},
            "firstTimestamp":"{{{series.FirstTimestamp}}}","lastTimestamp":"{{{now}}}","count":{{{series.Count}}},"type":"Warning","eventTime":null,
            "reportingComponent":"{{{reason.Component}}}","reportingInstance":"{{{host}}}"}}
            """;
        return Encoding.UTF8.GetBytes(line.ReplaceLineEndings("") + "\n");
    }
}

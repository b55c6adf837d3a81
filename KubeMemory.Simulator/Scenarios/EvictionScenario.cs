using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>The evicted pod stays as Failed beside the one that takes its place.</summary>
internal sealed class EvictionScenario() : Scenario("eviction", "A node runs out of disk and puts a pod out; another node takes it.")
{
    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        const string node = "node-2";
        var shipper = new SimulatedDeployment(cluster, "observe", "log-shipper", 1);
        shipper.SetImage("registry.example.com/observe/log-shipper:2.0.9");
        var pod = shipper.ScaleUp(1)[0];
        pod.Schedule(node);
        pod.Start("shipping /var/log/containers\n");
        pod.SetReady(true);
        await cluster.Clock.Wait(5, ct).ConfigureAwait(false);
        cluster.SetPressure(node, "DiskPressure", "kubelet has disk pressure");
        RecordOnNode(cluster, node, "Warning", "EvictionThresholdMet", "Attempting to reclaim ephemeral-storage");
        RecordOnNode(cluster, node, "Normal", "NodeHasDiskPressure", $"Node {node} status is now: NodeHasDiskPressure");
        await cluster.Clock.Wait(2, ct).ConfigureAwait(false);
        pod.Evict("The node was low on resource: ephemeral-storage. Threshold quantity: 3018870Ki, available: 2791224Ki. Container log-shipper was using 9411880Ki, request is 0, has larger consumption of ephemeral-storage. ");
        shipper.Lose(pod);
        await cluster.Clock.Wait(1, ct).ConfigureAwait(false);
        var next = shipper.AddPod();
        next.Schedule("node-3");
        await cluster.Clock.Wait(3, ct).ConfigureAwait(false);
        next.Start("shipping /var/log/containers\n");
        next.SetReady(true);
    }

    private static void RecordOnNode(SimulatedCluster cluster, string node, string type, string reason, string message) =>
        // The kubelet gives the node's name for its uid.
        cluster.Events.Record(new EventDraft("", "Node", node, node, reason, message, type, Component: "kubelet", Host: node));
}

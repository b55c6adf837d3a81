using System.Text.Json;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis.Kubernetes;

public sealed class NodeRoomTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly ClusterView _view = new();

    [Fact]
    public void Of_TwoNodes_CountsWhatIsRequestedAndPutsTheRoomiestFirst()
    {
        _view.ReplaceNodes([Node("small", "2", "4Gi"), Node("large", "4", "8Gi")]);
        _view.ReplacePods(null,
        [
            Pod("kube-system", "dns", "small", ("100m", "70Mi")),
            Pod("shop", "a", "small", ("1450m", "634Mi")),
            Pod("shop", "b", "large", ("3", "2Gi"), ("500m", "1Gi")),
            Pod("shop", "done", "large", "Succeeded", ("4", "8Gi")),
            Pod("shop", "new", null, ("800m", "1Gi")),
        ]);

        var room = NodeRoom.Of(_view, _view.Pod("shop", "new"), Now, Redactor.Default)!;

        Assert.Equal((EvidenceKind.NodeCondition, NodeRoom.Key), (room.Kind, room.Key));
        Assert.Equal(
            """
            the pod asks for: cpu 800m, memory 1Gi
            node large: cpu 4 allocatable, 3500m requested, 500m left; memory 8Gi allocatable, 3Gi requested, 5Gi left; pods 110 allocatable, 1 requested, 109 left
            node small: cpu 2 allocatable, 1550m requested, 450m left; memory 4Gi allocatable, 704Mi requested, 3392Mi left; pods 110 allocatable, 2 requested, 108 left
            seen: 3 pods, of the namespaces kube-system, shop
            """,
            room.Text);
    }

    [Fact]
    public void Of_InitContainersSidecarsAndOverhead_CountAsTheSchedulerDoes()
    {
        var pod = Pod("shop", "a", "n", ("200m", "1Gi"));
        pod.Spec!.InitContainers =
        [
            new() { Name = "proxy", RestartPolicy = "Always", Resources = new() { Requests = new() { ["cpu"] = "100m" } } },
            new() { Name = "migrate", Resources = new() { Requests = new() { ["cpu"] = "1" } } },
        ];
        pod.Spec.Overhead = new() { ["cpu"] = "50m" };
        _view.ReplaceNodes([Node("n", "2", "4Gi")]);
        _view.ReplacePods(null, [pod]);

        // The init container runs beside the sidecar: 1000m + 100m, more than 200m + 100m.
        Assert.Contains("cpu 2 allocatable, 1150m requested, 850m left", NodeRoom.Of(_view, null, Now, Redactor.Default)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ClosedNodes_ComeLastAndSayWhy()
    {
        var cordoned = Node("a-cordoned", "8", "32Gi");
        cordoned.Spec = new() { Unschedulable = true };
        var tainted = Node("b-tainted", "8", "32Gi");
        tainted.Spec = new() { Taints = [new() { Key = "dedicated", Value = "batch", Effect = "NoSchedule" }] };
        var tolerated = Node("d-tolerated", "1", "1Gi");
        tolerated.Spec = new() { Taints = [new() { Key = "spot", Value = "true", Effect = "NoSchedule" }] };
        _view.ReplaceNodes([cordoned, tainted, Node("c-full", "1", "1Gi"), tolerated]);
        var pod = Pod("shop", "new", null, ("2", "1Gi"));
        pod.Spec!.Tolerations = JsonDocument.Parse("""[{"key":"spot","operator":"Exists","effect":"NoSchedule"}]""").RootElement;

        var lines = NodeRoom.Of(_view, pod, Now, Redactor.Default)!.Text.Split('\n').Where(l => l.StartsWith("node ", StringComparison.Ordinal)).Select(l => l.Split(": ")[0]);

        Assert.Equal(["node c-full", "node d-tolerated", "node a-cordoned (cordoned)", "node b-tainted (has taint dedicated=batch)"], lines);
    }

    [Fact]
    public void Of_ManyNodes_TellsTwentyAndCountsTheRest()
    {
        _view.ReplaceNodes([.. Enumerable.Range(1, 50).Select(i => Node($"n{i:00}", "2", "4Gi"))]);

        var text = NodeRoom.Of(_view, Pod("shop", "new", null, ("8", "1Gi")), Now, Redactor.Default)!.Text;

        Assert.Equal(NodeRoom.MaxNodes, text.Split('\n').Count(l => l.StartsWith("node ", StringComparison.Ordinal)));
        Assert.Contains("30 more nodes have less room.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OneNamespaceWatched_SaysThatItSawOnlyAPart()
    {
        _view.ReplaceNodes([Node("n", "2", "4Gi")]);
        _view.ReplacePods("shop", [Pod("shop", "a", "n", ("1", "1Gi"))]);

        Assert.EndsWith(
            "seen only in part: other namespaces than shop were not read, and what their pods reserve is not counted",
            NodeRoom.Of(_view, null, Now, Redactor.Default)!.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ExtractWithoutKubeSystem_SaysThatItSawOnlyAPart()
    {
        _view.ReplaceNodes([Node("n", "2", "4Gi")]);
        _view.ReplacePods(null, [Pod("shop", "a", "n", ("1", "1Gi"))]);

        Assert.Contains("seen only in part: no pod of kube-system is among them", NodeRoom.Of(_view, null, Now, Redactor.Default)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoNodes_IsNothing() => Assert.Null(NodeRoom.Of(_view, null, Now, Redactor.Default));

    [Fact]
    public void Diagnose_RoomKnown_SaysWhatIsAskedAndWhatIsLeft()
    {
        _view.ReplaceNodes([Node("worker-1", "2", "4Gi")]);
        _view.ReplacePods(null, [Pod("kube-system", "dns", "worker-1", ("100m", "70Mi")), Pod("shop", "a", "worker-1", ("1450m", "1Gi")), Pod("shop", "new", null, ("800m", "1Gi"))]);

        var main = Diagnose("0/1 nodes are available: 1 Insufficient cpu.");

        Assert.Equal(("insufficient-cpu", "cpu"), (main.Signature.Id, main.Thing));
        Assert.Contains("It asks for 800m cpu; node worker-1 has 2 allocatable, 1550m of it requested by others, 450m left.", main.Cause, StringComparison.Ordinal);
        Assert.Equal(("800m", "450m", "2", "worker-1"), (main.Facts["requested"], main.Facts["free"], main.Facts["allocatable"], main.Facts["node"]));
        Assert.DoesNotContain("part", main.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_LargerThanEveryNode_SaysSo()
    {
        _view.ReplaceNodes([Node("worker-1", "2", "4Gi"), Node("worker-2", "2", "4Gi")]);
        _view.ReplacePods(null, [Pod("kube-system", "dns", "worker-1", ("100m", "70Mi")), Pod("shop", "new", null, ("100m", "16Gi"))]);

        Assert.Contains("No node is big enough for it, even if it were empty.", Diagnose("0/2 nodes are available: 2 Insufficient memory.").Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_CpuAndMemoryOnAsManyNodes_TheRoomDecides()
    {
        _view.ReplaceNodes([Node("worker-1", "8", "4Gi")]);
        _view.ReplacePods(null, [Pod("kube-system", "dns", "worker-1", ("100m", "70Mi")), Pod("shop", "new", null, ("1", "16Gi"))]);

        Assert.Equal("insufficient-memory", Diagnose("0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.").Signature.Id);
    }

    [Fact]
    public void Diagnose_FitsByWhatWasSeen_SaysThatOthersHoldTheRest()
    {
        _view.ReplaceNodes([Node("worker-1", "2", "4Gi")]);
        _view.ReplacePods("shop", [Pod("shop", "new", null, ("800m", "1Gi"))]);

        var cause = Diagnose("0/1 nodes are available: 1 Insufficient cpu.").Cause;

        Assert.Contains("Only a part of the cluster's pods was seen", cause, StringComparison.Ordinal);
        Assert.Contains("pods that were not seen reserve the rest", cause, StringComparison.Ordinal);
    }

    private Finding Diagnose(string message)
    {
        var pod = _view.Pod("shop", "new");
        EvidenceItem[] items = [EvidenceBuilder.PodSpec(pod!, null, Now, Redactor.Default)!, NodeRoom.Of(_view, pod, Now, Redactor.Default)!];
        return Diagnoser.Default.Diagnose(new DiagnosisCase
        {
            Type = IncidentType.FailedScheduling,
            Namespace = "shop",
            WorkloadKind = "Deployment",
            Workload = "new",
            PodName = "new",
            Evidence = [new CaseEvidence("E1", EvidenceKind.Event, "FailedScheduling on Pod new", message), .. items.Select((item, i) => new CaseEvidence($"E{i + 2}", item.Kind, item.Title, item.Text))],
        }).Main!;
    }

    private static KubeNode Node(string name, string cpu, string memory) => new()
    {
        Metadata = new() { Name = name },
        Status = new() { Allocatable = new() { ["cpu"] = cpu, ["memory"] = memory, ["pods"] = "110" } },
    };

    private static KubePod Pod(string ns, string name, string? node, params (string Cpu, string Memory)[] requests) => Pod(ns, name, node, node is null ? "Pending" : "Running", requests);

    private static KubePod Pod(string ns, string name, string? node, string phase, params (string Cpu, string Memory)[] requests) => new()
    {
        Metadata = new() { Namespace = ns, Name = name, Uid = $"{ns}-{name}" },
        Spec = new()
        {
            NodeName = node,
            Containers = [.. requests.Select((r, i) => new ContainerSpec { Name = $"c{i}", Resources = new() { Requests = new() { ["cpu"] = r.Cpu, ["memory"] = r.Memory } } })],
        },
        Status = new() { Phase = phase },
    };
}

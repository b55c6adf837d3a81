using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Signals;

public sealed class SharedDataTests
{
    private static readonly DateTimeOffset CapturedAt = new(2025, 9, 11, 20, 54, 39, TimeSpan.Zero);

    [Theory]
    [InlineData("container-creating-failed-mount", IncidentType.FailedMount)]
    [InlineData("image-pull-fail", IncidentType.ImagePullBackOff)]
    [InlineData("oomkill-pod", IncidentType.OOMKilled)]
    [InlineData("pending-node-affinity", IncidentType.FailedScheduling)]
    [InlineData("pending-pod-resources", IncidentType.FailedScheduling)]
    [InlineData("pod-crashloop-backoff", IncidentType.CrashLoopBackOff)]
    [InlineData("pod-init-crashloop-backoff", IncidentType.CrashLoopBackOff)]
    public void FromPodAndEvents_LabelledPod_HasItsKind(string label, IncidentType expected)
    {
        var pod = Assert.Single(SharedData.Pods($"troubleshoot-analyzer/pods/message-{label}.json"));
        var events = File.Exists(SharedData.Require("troubleshoot-analyzer") + $"/events/message-{label}.json")
            ? SharedData.Events($"troubleshoot-analyzer/events/message-{label}.json").Where(e => e.InvolvedObject?.Name == pod.Metadata.Name).ToList()
            : [];

        // Namespaces hint at the label: it must not be read from them.
        pod.Metadata.Namespace = "n-" + Guid.NewGuid().ToString("N")[..8];
        events.ForEach(e => e.InvolvedObject!.Namespace = e.Metadata.Namespace = pod.Metadata.Namespace);
        var view = new ClusterView();
        view.Set(pod);
        var builder = new SignalBuilder("c", view, Redactor.Default);

        var signals = builder.FromPod(pod, history: true, CapturedAt).Concat(events.Select(e => builder.FromEvent(e, history: true, CapturedAt)).OfType<FailureSignal>()).ToList();

        Assert.NotEmpty(signals);
        var strongest = signals.MaxBy(s => s.Type.Specificity())!;
        Assert.Equal(expected, strongest.Type);
        Assert.Single(signals.Select(s => s.IncidentKey).Distinct());
        Assert.All(signals, s => Assert.InRange(s.Description.Length, 10, 300));
    }

    [Fact]
    public void FromPodAndEvents_SupportBundle_HasFourIncidents()
    {
        const string Root = "support-bundle/cluster-resources";
        var view = new ClusterView();
        foreach (var ns in (string[])["default", "kube-system"])
        {
            view.ReplacePods(ns, SharedData.Pods($"{Root}/pods/{ns}.json"));
            foreach (var (kind, folder) in ((string, string)[])[("Deployment", "deployments"), ("DaemonSet", "daemonsets"), ("StatefulSet", "statefulsets"), ("Job", "jobs"), ("CronJob", "cronjobs")])
            {
                view.ReplaceWorkloads(kind, ns, SharedData.Workloads($"{Root}/{folder}/{ns}.json"));
            }
        }

        var nodes = SharedData.Nodes($"{Root}/nodes.json");
        view.ReplaceNodes(nodes);
        var builder = new SignalBuilder("c", view, Redactor.Default);

        var signals = new List<FailureSignal>();
        foreach (var ns in (string[])["default", "kube-system"])
        {
            signals.AddRange(SharedData.Events($"{Root}/events/{ns}.json").Select(e => builder.FromEvent(e, history: true, CapturedAt)).OfType<FailureSignal>());
            signals.AddRange(SharedData.Pods($"{Root}/pods/{ns}.json").SelectMany(p => builder.FromPod(p, history: true, CapturedAt)));
        }

        signals.AddRange(nodes.SelectMany(n => builder.FromNode(n, history: true, CapturedAt)));
        var found = signals.GroupBy(s => s.IncidentKey).Select(Summary).Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "default Deployment/backend-api [api-server] CrashLoopBackOff 25 on 1",
                "default Deployment/cpu-intensive-app [] FailedScheduling 2 on 2",
                "kube-system Deployment/metrics-server [metrics-server] ProbeFailure 10 on 2",
                "kube-system Job/helm-install-traefik [helm] CrashLoopBackOff 1 on 1",
            ],
            found);
        Assert.Equal((3, 1), (signals.First(s => s.WorkloadName == "cpu-intensive-app").DesiredReplicas, signals.First(s => s.WorkloadName == "cpu-intensive-app").ReadyReplicas));
        Assert.Equal("No node takes the pod: 0/1 nodes: insufficient cpu", signals.First(s => s.WorkloadName == "cpu-intensive-app").Description);
        Assert.Equal("Container api-server keeps crashing, last with exit code 1", signals.First(s => s.WorkloadName == "backend-api").Description);
    }

    [Fact]
    public void Readiness_SupportBundle_FinishedJobIsReady()
    {
        var view = new ClusterView();
        view.ReplacePods("kube-system", SharedData.Pods("support-bundle/cluster-resources/pods/kube-system.json"));
        view.ReplaceWorkloads("Job", "kube-system", SharedData.Workloads("support-bundle/cluster-resources/jobs/kube-system.json"));
        view.ReplaceWorkloads("Deployment", "kube-system", SharedData.Workloads("support-bundle/cluster-resources/deployments/kube-system.json"));

        var (desired, ready, since) = view.Readiness(new("kube-system", "Job", "helm-install-traefik"));

        Assert.Equal((1, 1), (desired, ready));
        Assert.NotNull(since);
        Assert.NotNull(view.Readiness(new("kube-system", "Deployment", "metrics-server")).AllReadySince);
    }

    // Occurrences as the store sums them: each Event series once, state where no Event covers its pod and container.
    private static string Summary(IGrouping<IncidentKey, FailureSignal> incident)
    {
        var events = incident.Where(s => s.Source == SignalSource.Event).ToList();
        var states = incident.Where(s => s.Source == SignalSource.State && !events.Exists(e => e.SubjectName == s.SubjectName)).DistinctBy(s => s.SeriesKey);
        var count = events.GroupBy(e => e.SeriesKey).Sum(g => g.Max(e => e.Occurrences)) + states.Sum(s => s.Occurrences);
        var first = incident.First();
        return $"{first.Namespace} {first.WorkloadKind}/{first.WorkloadName} [{first.Container}] {incident.MaxBy(s => s.Type.Specificity())!.Type} {count} on {incident.Select(s => s.SubjectName).Distinct().Count()}";
    }
}

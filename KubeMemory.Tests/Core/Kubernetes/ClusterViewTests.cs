using System.Text.Json;
using KubeMemory.Core.Kubernetes;
using Xunit;

namespace KubeMemory.Tests.Core.Kubernetes;

public sealed class ClusterViewTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ClusterView _view = new();

    [Fact]
    public void OwnerOf_ReplicaSetNotSeen_IsTheDeploymentByLabel()
    {
        var pod = Pod("api-x1-abcde", "ReplicaSet", "api-x1");
        pod.Metadata.Labels = new() { ["pod-template-hash"] = "x1" };

        Assert.Equal(new WorkloadRef("shop", "Deployment", "api"), _view.OwnerOf(pod));
    }

    [Fact]
    public void OwnerOf_ReplicaSetSeenAfterThePod_MovesThePod()
    {
        var pod = Pod("api-75fb46b7bd-xtkrh", "ReplicaSet", "api-75fb46b7bd");
        _view.Set(pod);
        Assert.Equal("Deployment", _view.OwnerOf(pod).Kind);

        _view.Set(Workload("ReplicaSet", "api-75fb46b7bd", "Rollout", "api"));

        var owner = new WorkloadRef("shop", "Rollout", "api");
        Assert.Equal(owner, _view.OwnerOf(pod));
        Assert.Single(_view.PodsOf(owner));
        Assert.Empty(_view.PodsOf(owner with { Kind = "Deployment" }));
    }

    [Theory]
    [InlineData("ReplicaSet", "api-75fb46b7bd", null, null, "ReplicaSet", "api-75fb46b7bd")]
    [InlineData("ReplicaSet", "api-75fb46b7bd", "Deployment", "api", "Deployment", "api")]
    [InlineData("Job", "backup-29112345", "CronJob", "backup", "CronJob", "backup")]
    [InlineData("Job", "migrate", null, null, "Job", "migrate")]
    [InlineData("DaemonSet", "agent", null, null, "DaemonSet", "agent")]
    public void OwnerOf_GonePod_IsWhatTheInformerWouldSay(string kind, string name, string? ownerKind, string? ownerName, string expectedKind, string expectedName)
    {
        var workload = Workload(kind, name, ownerKind, ownerName);
        _view.Set(workload);
        var pod = Pod($"{name}-xtkrh", kind, name);

        Assert.Equal(new WorkloadRef("shop", expectedKind, expectedName), _view.OwnerOf(pod));
        Assert.Equal(_view.OwnerOf(pod), _view.OwnerOf("Pod", "shop", pod.Metadata.Name));
    }

    [Theory]
    [InlineData("Pod", "metrics-server-6f4c6675d5-98986", "Deployment", "metrics-server")]
    [InlineData("Pod", "backup-29112345-xtkrh", "CronJob", "backup")]
    [InlineData("Pod", "db-0", "Pod", "db-0")]
    [InlineData("Pod", "agent-xtkrh", "Pod", "agent-xtkrh")]
    [InlineData("Pod", "init-demo2", "Pod", "init-demo2")]
    [InlineData("ReplicaSet", "api-75fb46b7bd", "Deployment", "api")]
    [InlineData("ReplicaSet", "frontend", "ReplicaSet", "frontend")]
    [InlineData("Job", "backup-29112345", "CronJob", "backup")]
    [InlineData("Job", "oom-kill-job3", "Job", "oom-kill-job3")]
    [InlineData("StatefulSet", "db", "StatefulSet", "db")]
    public void OwnerOf_NothingSeen_IsGuessedByName(string kind, string name, string expectedKind, string expectedName) =>
        Assert.Equal(new WorkloadRef("shop", expectedKind, expectedName), _view.OwnerOf(kind, "shop", name));

    [Fact]
    public void OwnerOf_NameAlikeOfKnownWorkload_KnownWorkloadWins()
    {
        // The pod of a DaemonSet whose name ends like a pod-template-hash.
        Assert.Equal("Deployment", _view.OwnerOf("Pod", "shop", "svclb-9cf4922b22-v8m6k").Kind);

        _view.Set(Workload("DaemonSet", "svclb-9cf4922b22"));
        _view.Set(Workload("StatefulSet", "db"));

        Assert.Equal(new WorkloadRef("shop", "DaemonSet", "svclb-9cf4922b22"), _view.OwnerOf("Pod", "shop", "svclb-9cf4922b22-v8m6k"));
        Assert.Equal(new WorkloadRef("shop", "StatefulSet", "db"), _view.OwnerOf("Pod", "shop", "db-12"));
    }

    [Fact]
    public void OwnerOf_SiblingNamesTheController_SiblingsOwner()
    {
        _view.Set(Pod("agent-bbbbb", "DaemonSet", "agent"));

        Assert.Equal(new WorkloadRef("shop", "DaemonSet", "agent"), _view.OwnerOf("Pod", "shop", "agent-ccccc"));
    }

    [Fact]
    public void OwnerOf_RemovedPod_IsRemembered()
    {
        var pod = Pod("worker-1", "Machine", "big");
        _view.Set(pod);
        _view.Remove(pod);

        Assert.Null(_view.Pod("shop", "worker-1"));
        Assert.Equal(new WorkloadRef("shop", "Machine", "big"), _view.OwnerOf("Pod", "shop", "worker-1"));
    }

    [Fact]
    public void OwnerOf_Claim_IsTheWorkloadThatMountsIt()
    {
        Assert.Equal("PersistentVolumeClaim", _view.OwnerOf("PersistentVolumeClaim", "shop", "data-db-0").Kind);
        var pod = Pod("db-0", "StatefulSet", "db");
        pod.Spec = new PodSpec { Volumes = JsonElement.Parse("""[{"name":"data","persistentVolumeClaim":{"claimName":"data-db-0"}}]""") };

        _view.Set(pod);

        Assert.Equal(new WorkloadRef("shop", "StatefulSet", "db"), _view.OwnerOf("PersistentVolumeClaim", "shop", "data-db-0"));
    }

    [Fact]
    public void OwnerOf_MirrorOfAStaticPod_IsItself()
    {
        var pod = Pod("etcd-n1", "Node", "n1");

        Assert.Equal(new WorkloadRef("shop", "Pod", "etcd-n1"), _view.OwnerOf(pod));
    }

    [Fact]
    public void ReplacePods_OneNamespace_DropsOnlyItsOwn()
    {
        _view.Set(Pod("a", null, null));
        var other = Pod("b", null, null);
        other.Metadata.Namespace = "other";
        _view.Set(other);

        _view.ReplacePods("shop", [Pod("c", null, null)]);

        Assert.Null(_view.Pod("shop", "a"));
        Assert.NotNull(_view.Pod("shop", "c"));
        Assert.NotNull(_view.Pod("other", "b"));
    }

    [Fact]
    public void Readiness_AllReady_SinceTheNewestPod()
    {
        _view.Set(Replicas("Deployment", "api", wanted: 2, ready: 2));
        _view.Set(ReadyPod("api-75fb46b7bd-bbbbb", "ReplicaSet", "api-75fb46b7bd", T0));
        _view.Set(ReadyPod("api-75fb46b7bd-ccccc", "ReplicaSet", "api-75fb46b7bd", T0.AddMinutes(3)));

        Assert.Equal((2, 2, T0.AddMinutes(3)), _view.Readiness(new("shop", "Deployment", "api")));
    }

    [Fact]
    public void Readiness_BadRolloutBesideReadyPods_IsNotAllReady()
    {
        _view.Set(Replicas("Deployment", "api", wanted: 1, ready: 1));
        _view.Set(ReadyPod("api-75fb46b7bd-bbbbb", "ReplicaSet", "api-75fb46b7bd", T0));
        _view.Set(Pod("api-6f4c6675d5-ccccc", "ReplicaSet", "api-6f4c6675d5"));

        Assert.Equal((1, 1, null), _view.Readiness(new("shop", "Deployment", "api")));
    }

    [Fact]
    public void Readiness_EvictedLeftover_DoesNotCount()
    {
        _view.Set(Replicas("Deployment", "api", wanted: 1, ready: 1));
        _view.Set(ReadyPod("api-75fb46b7bd-bbbbb", "ReplicaSet", "api-75fb46b7bd", T0));
        var evicted = Pod("api-75fb46b7bd-ccccc", "ReplicaSet", "api-75fb46b7bd");
        evicted.Status!.Phase = "Failed";
        _view.Set(evicted);

        Assert.Equal(T0, _view.Readiness(new("shop", "Deployment", "api")).AllReadySince);
    }

    [Fact]
    public void Readiness_CompleteJob_IsReadySinceItsCompletion()
    {
        var job = Workload("Job", "migrate");
        job.Status = new WorkloadStatus { Succeeded = 1, CompletionTime = T0, Conditions = [new() { Type = "Complete", Status = "True" }] };
        _view.Set(job);

        Assert.Equal((1, 1, T0), _view.Readiness(new("shop", "Job", "migrate")));
    }

    [Fact]
    public void Readiness_CronJob_IsAsItsNewestJob()
    {
        var failed = Workload("Job", "backup-29112345", "CronJob", "backup");
        failed.Metadata.CreationTimestamp = T0;
        var done = Workload("Job", "backup-29112405", "CronJob", "backup");
        done.Metadata.CreationTimestamp = T0.AddHours(1);
        done.Status = new WorkloadStatus { CompletionTime = T0.AddHours(2), Conditions = [new() { Type = "Complete", Status = "True" }] };
        _view.Set(Workload("CronJob", "backup"));
        _view.Set(failed);
        _view.Set(done);

        Assert.Equal((1, 1, T0.AddHours(2)), _view.Readiness(new("shop", "CronJob", "backup")));
    }

    [Fact]
    public void Readiness_DaemonSetAndStatefulSetAndBarePod_CountTheirOwnWay()
    {
        var agent = Workload("DaemonSet", "agent");
        agent.Status = new WorkloadStatus { DesiredNumberScheduled = 3, NumberReady = 2 };
        _view.Set(agent);
        _view.Set(Replicas("StatefulSet", "db", wanted: 3, ready: 1));
        _view.Set(ReadyPod("toolbox", null, null, T0));

        Assert.Equal((3, 2, null), _view.Readiness(new("shop", "DaemonSet", "agent")));
        Assert.Equal((3, 1, null), _view.Readiness(new("shop", "StatefulSet", "db")));
        Assert.Equal((1, 1, T0), _view.Readiness(new("shop", "Pod", "toolbox")));
    }

    [Fact]
    public void Readiness_GoneOrScaledToNothing_WantsNothing()
    {
        _view.Set(Replicas("Deployment", "idle", wanted: 0, ready: 0));

        Assert.Equal((0, 0, null), _view.Readiness(new("shop", "Deployment", "idle")));
        Assert.Equal((0, 0, null), _view.Readiness(new("shop", "Deployment", "gone")));
    }

    [Fact]
    public async Task AllMembers_ManyThreads_KeepTheIndexTrue()
    {
        var token = TestContext.Current.CancellationToken;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), token, (i, _) =>
        {
            var pod = Pod($"api-75fb46b7bd-{i % 50}", "ReplicaSet", "api-75fb46b7bd");
            if (i % 3 == 0)
            {
                _view.Remove(pod);
            }
            else
            {
                _view.Set(pod);
            }

            _view.OwnerOf("Pod", "shop", pod.Metadata.Name);
            _view.PodsOf(new("shop", "Deployment", "api"));
            return ValueTask.CompletedTask;
        });

        var listed = _view.PodsOf(new("shop", "Deployment", "api")).Select(p => p.Metadata.Name).Order();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"api-75fb46b7bd-{i}").Where(n => _view.Pod("shop", n) is not null).Order(), listed);
    }

    private static KubePod Pod(string name, string? ownerKind, string? owner) => new()
    {
        Metadata = Meta(name, ownerKind, owner),
        Status = new PodStatus { Phase = "Running", Conditions = [new() { Type = "Ready", Status = "False" }] },
    };

    private static KubePod ReadyPod(string name, string? ownerKind, string? owner, DateTimeOffset since)
    {
        var pod = Pod(name, ownerKind, owner);
        pod.Status!.Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = since }];
        return pod;
    }

    private static KubeWorkload Workload(string kind, string name, string? ownerKind = null, string? owner = null) =>
        new() { Kind = kind, Metadata = Meta(name, ownerKind, owner) };

    private static KubeWorkload Replicas(string kind, string name, int wanted, int ready)
    {
        var workload = Workload(kind, name);
        workload.Spec = new WorkloadSpec { Replicas = wanted };
        workload.Status = new WorkloadStatus { ReadyReplicas = ready };
        return workload;
    }

    private static ObjectMeta Meta(string name, string? ownerKind, string? owner) => new()
    {
        Name = name,
        Namespace = "shop",
        Uid = "uid-" + name,
        OwnerReferences = ownerKind is null ? null : [new() { Kind = ownerKind, Name = owner!, Controller = true }],
    };
}

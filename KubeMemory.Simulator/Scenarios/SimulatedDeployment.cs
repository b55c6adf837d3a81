using System.Globalization;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>
/// One Deployment with its ReplicaSets and pods, as the controllers keep them. Not thread-safe: one script tells one Deployment's story.
/// </summary>
internal sealed class SimulatedDeployment
{
    private readonly List<(SimulatedPod Pod, string ReplicaSet)> _pods = [];
    private readonly Dictionary<string, string> _replicaSetOfImage = [];
    private readonly Dictionary<string, JsonObject> _replicaSets = [];
    private readonly JsonObject? _podSpec;
    private JsonObject _deployment;
    private string _current = "";
    private int _revision;
    private int _created;

    /// <param name="podSpec">Fields that its pods' specs have besides the container, such as volumes; may be null.</param>
    /// <param name="memory">The container's memory limit.</param>
    /// <param name="cpu">The container's cpu request.</param>
    public SimulatedDeployment(
        SimulatedCluster simulated, string ns, string name, int replicas, JsonObject? podSpec = null, string memory = "256Mi", string cpu = "100m")
    {
        (Cluster, Clock, Events) = (simulated.Cluster, simulated.Clock, simulated.Events);
        (Namespace, Name, Replicas, _podSpec, Memory, Cpu) = (ns, name, replicas, podSpec, memory, cpu);
        _deployment = Cluster.Apply("deployments", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["labels"] = new JsonObject { ["app"] = name } },
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            },
            ["status"] = new JsonObject(),
        });
    }

    public ClusterState Cluster { get; }

    public ScenarioClock Clock { get; }

    public SimulatedEvents Events { get; }

    public string Namespace { get; }

    public string Name { get; }

    public int Replicas { get; }

    /// <summary>The pods of the current revision.</summary>
    public IReadOnlyList<SimulatedPod> Pods => [.. _pods.Where(p => p.ReplicaSet == _current).Select(p => p.Pod)];

    /// <summary>The pods of earlier revisions that still run.</summary>
    public IReadOnlyList<SimulatedPod> OldPods => [.. _pods.Where(p => p.ReplicaSet != _current).Select(p => p.Pod)];

    private string Memory { get; }

    private string Cpu { get; }

    private string Uid => (string)_deployment["metadata"]!["uid"]!;

    /// <summary>A new revision with that image. An image that ran before gets its old ReplicaSet back with the new revision, as a rollback does.</summary>
    public void SetImage(string image)
    {
        _revision++;
        var isKnown = _replicaSetOfImage.TryGetValue(image, out var known);
        _current = known ?? $"{Name}-{SimulatedCluster.Token($"{Namespace}/{Name}/{image}", 10)}";
        _replicaSetOfImage[image] = _current;
        var metadata = _deployment["metadata"]!;
        metadata["annotations"] = Revision();
        metadata["generation"] = _revision;
        _deployment["spec"]!["template"] = Template(image);
        if (!isKnown)
        {
            _replicaSets[_current] = Cluster.Apply("replicasets", ReplicaSet(image));
        }

        _deployment = Cluster.Apply("deployments", _deployment);
        Refresh();
    }

    public void RecordRollback(int toRevision) => RecordOnDeployment("DeploymentRollback", $"Rolled back deployment \"{Name}\" to revision {toRevision}");

    /// <summary>Makes pods of the current revision; they are Pending and nowhere yet.</summary>
    public IReadOnlyList<SimulatedPod> ScaleUp(int count)
    {
        var present = Pods.Count;
        RecordOnDeployment("ScalingReplicaSet", $"Scaled up replica set {_current} from {present} to {present + count}");
        return [.. Enumerable.Range(0, count).Select(_ => AddPod())];
    }

    /// <summary>A pod of the current revision, made by its ReplicaSet.</summary>
    public SimulatedPod AddPod()
    {
        var name = $"{_current}-{SimulatedCluster.Token($"{Uid}/{_current}/{++_created}", 5)}";
        var pod = new SimulatedPod(this, Cluster.Apply("pods", Pod(name)));
        _pods.Add((pod, _current));
        RecordOnReplicaSet("SuccessfulCreate", $"Created pod: {name}");
        Refresh();
        return pod;
    }

    public void Remove(SimulatedPod pod)
    {
        var (_, replicaSet) = _pods.First(p => p.Pod == pod);
        _pods.RemoveAll(p => p.Pod == pod);
        var left = _pods.Count(p => p.ReplicaSet == replicaSet);
        RecordOnDeployment("ScalingReplicaSet", $"Scaled down replica set {replicaSet} from {left + 1} to {left}");
        pod.Delete();
        Refresh();
    }

    /// <summary>The pod no longer counts; it stays for people to look at, as evicted pods do.</summary>
    public void Lose(SimulatedPod pod)
    {
        _pods.RemoveAll(p => p.Pod == pod);
        Refresh();
    }

    /// <summary>Brings the counts of the Deployment and its ReplicaSets up to date.</summary>
    public void Refresh()
    {
        if (_current.Length == 0)
        {
            return;
        }

        foreach (var (name, before) in _replicaSets.ToArray())
        {
            var pods = _pods.Where(p => p.ReplicaSet == name).Select(p => p.Pod).ToList();
            var replicaSet = (JsonObject)before.DeepClone();
            replicaSet["spec"]!["replicas"] = name == _current ? Replicas : pods.Count;
            replicaSet["metadata"]!["annotations"] = name == _current ? Revision() : before["metadata"]!["annotations"]?.DeepClone();
            replicaSet["status"] = Counts(pods.Count, pods.Count(p => p.Ready));
            _replicaSets[name] = Update("replicasets", before, replicaSet);
        }

        var ready = _pods.Count(p => p.Pod.Ready);
        var status = Counts(_pods.Count, ready);
        status["updatedReplicas"] = Pods.Count;
        status["unavailableReplicas"] = Math.Max(0, Replicas - ready);
        status["conditions"] = Available(ready);
        var deployment = (JsonObject)_deployment.DeepClone();
        deployment["status"] = status;
        _deployment = Update("deployments", _deployment, deployment);
    }

    /// <summary>A controller writes only what has changed.</summary>
    private JsonObject Update(string resource, JsonObject before, JsonObject after) =>
        JsonNode.DeepEquals(before, after) ? before : Cluster.Apply(resource, after);

    private JsonObject Counts(int replicas, int ready) => new()
    {
        ["observedGeneration"] = _revision,
        ["replicas"] = replicas,
        ["readyReplicas"] = ready,
        ["availableReplicas"] = ready,
    };

    private JsonArray Available(int ready)
    {
        // A quarter may be missing, rounded down: Kubernetes' default.
        var isAvailable = ready >= Replicas - (Replicas / 4);
        var before = _deployment["status"]?["conditions"]?[0];
        var status = isAvailable ? "True" : "False";
        var changed = (string?)before?["status"] == status ? (string)before!["lastTransitionTime"]! : Timestamps.Seconds(Clock.Now);
        return new JsonArray(new JsonObject
        {
            ["type"] = "Available",
            ["status"] = status,
            ["lastUpdateTime"] = changed,
            ["lastTransitionTime"] = changed,
            ["reason"] = isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            ["message"] = isAvailable ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
        });
    }

    private JsonObject Revision() => new()
    {
        ["deployment.kubernetes.io/revision"] = _revision.ToString(CultureInfo.InvariantCulture),
    };

    private JsonObject ReplicaSet(string image) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = _current,
            ["namespace"] = Namespace,
            ["labels"] = Labels(),
            ["ownerReferences"] = Owner("Deployment", Name, Uid),
        },
        ["spec"] = new JsonObject
        {
            ["replicas"] = Replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = Labels() },
            ["template"] = Template(image),
        },
        ["status"] = new JsonObject(),
    };

    private JsonObject Template(string image) => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = Labels() },
        ["spec"] = PodSpec(image),
    };

    private JsonObject Pod(string name) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["generateName"] = $"{_current}-",
            ["namespace"] = Namespace,
            ["labels"] = Labels(),
            ["ownerReferences"] = Owner("ReplicaSet", _current, (string)_replicaSets[_current]["metadata"]!["uid"]!),
        },
        ["spec"] = PodSpec((string)_deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!),
        ["status"] = new JsonObject { ["phase"] = "Pending", ["conditions"] = new JsonArray(), ["qosClass"] = "Burstable" },
    };

    private JsonObject PodSpec(string image)
    {
        var spec = (JsonObject?)_podSpec?.DeepClone() ?? [];
        spec["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = Name,
            ["image"] = image,
            ["imagePullPolicy"] = "IfNotPresent",
            ["resources"] = new JsonObject
            {
                ["limits"] = new JsonObject { ["memory"] = Memory },
                ["requests"] = new JsonObject { ["cpu"] = Cpu, ["memory"] = Memory },
            },
        });
        spec["restartPolicy"] = "Always";
        spec["terminationGracePeriodSeconds"] = 30;
        return spec;
    }

    private JsonObject Labels() => new()
    {
        ["app"] = Name,
        ["pod-template-hash"] = _current[(Name.Length + 1)..],
    };

    private static JsonArray Owner(string kind, string name, string uid) => new(new JsonObject
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = kind,
        ["name"] = name,
        ["uid"] = uid,
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    });

    private void RecordOnDeployment(string reason, string message) =>
        Events.Record(new EventDraft(Namespace, "Deployment", Name, Uid, reason, message, "Normal", Component: "deployment-controller"));

    private void RecordOnReplicaSet(string reason, string message) =>
        Events.Record(new EventDraft(
            Namespace, "ReplicaSet", _current, (string)_replicaSets[_current]["metadata"]!["uid"]!, reason, message, "Normal", Component: "replicaset-controller"));
}

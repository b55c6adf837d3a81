using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>One pod with one container. Each step changes the status as the kubelet would, writes the Event it would write, and stores the pod.</summary>
internal sealed class SimulatedPod
{
    private readonly SimulatedDeployment _deployment;
    private readonly JsonObject _pod;
    private string _log = "";

    public SimulatedPod(SimulatedDeployment deployment, JsonObject pod)
    {
        _deployment = deployment;
        _pod = pod;
        Uid = (string)pod["metadata"]!["uid"]!;
    }

    public string Name => (string)_pod["metadata"]!["name"]!;

    public string Uid { get; }

    public bool Ready { get; private set; }

    public int Restarts { get; private set; }

    private string Namespace => _deployment.Namespace;

    private string Container => _deployment.Name;

    private string FieldPath => $"spec.containers{{{Container}}}";

    private string? Node => (string?)_pod["spec"]!["nodeName"];

    private string Image => (string)_pod["spec"]!["containers"]![0]!["image"]!;

    private string Now => Timestamps.Seconds(_deployment.Clock.Now);

    private JsonObject Status => (JsonObject)_pod["status"]!;

    public void Schedule(string node)
    {
        _pod["spec"]!["nodeName"] = node;
        Status["hostIP"] = SimulatedCluster.AddressOf(node);
        Status["startTime"] = Now;
        SetCondition("PodScheduled", true);
        SetCondition("Initialized", true);
        Waiting("ContainerCreating");
        _deployment.Events.Schedule(Namespace, Name, Uid, "Normal", "Scheduled", $"Successfully assigned {Namespace}/{Name} to {node}");
    }

    public void Unschedulable(string message)
    {
        SetCondition("PodScheduled", false, "Unschedulable", message);
        Store();
        _deployment.Events.Schedule(Namespace, Name, Uid, "Warning", "FailedScheduling", message);
    }

    /// <summary>The container waits for the reason given, "ContainerCreating" or "ImagePullBackOff".</summary>
    public void Waiting(string reason, string? message = null)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null)
        {
            waiting["message"] = message;
        }

        SetState(new JsonObject { ["waiting"] = waiting });
        SetReady(false);
    }

    /// <summary>Image there, container created and started: three Normal Events, and the log of this instance.</summary>
    public void Start(string log)
    {
        Record("Normal", "Pulled", $"Container image \"{Image}\" already present on machine");
        Record("Normal", "Created", $"Created container: {Container}");
        Record("Normal", "Started", $"Started container {Container}");
        if (_log.Length > 0)
        {
            _deployment.Cluster.SetLog(Namespace, Name, Container, _log, previous: true);
        }

        Write(log);
        Status["phase"] = "Running";
        Status["podIP"] ??= SimulatedCluster.AddressOf(Name);
        SetCondition("PodReadyToStartContainers", true);
        SetState(new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Now } });
        Store();
    }

    /// <summary>Sets what this instance of the container has written so far.</summary>
    public void Write(string log)
    {
        _log = log;
        _deployment.Cluster.SetLog(Namespace, Name, Container, log);
    }

    public void SetReady(bool ready)
    {
        Ready = ready;
        ContainerStatus()["ready"] = ready;
        ContainerStatus()["started"] = ready;
        var (reason, message) = ready ? (null, null) : ("ContainersNotReady", $"containers with unready status: [{Container}]");
        SetCondition("ContainersReady", ready, reason, message);
        SetCondition("Ready", ready, reason, message);
        Store();
    }

    /// <summary>The container ended by itself or was killed. A restart follows by <see cref="Restart"/>.</summary>
    public void Exit(int code, string reason, string log)
    {
        Write(log);
        var startedAt = (string?)ContainerStatus()["state"]?["running"]?["startedAt"] ?? Now;
        SetState(new JsonObject
        {
            ["terminated"] = new JsonObject
            {
                ["exitCode"] = code,
                ["reason"] = reason,
                ["startedAt"] = startedAt,
                ["finishedAt"] = Now,
                ["containerID"] = $"containerd://{SimulatedCluster.Digest($"{Uid}/{Restarts}")}",
            },
        });
        SetReady(false);
    }

    /// <summary>The next instance of the container starts: the ended one becomes the last state, its log the previous one.</summary>
    public void Restart(string log)
    {
        KeepLastState();
        Restarts++;
        ContainerStatus()["restartCount"] = Restarts;
        Start(log);
    }

    /// <summary>The kubelet holds the restart back and says so; called again it counts on.</summary>
    public void BackOff(TimeSpan delay)
    {
        KeepLastState();
        var wait = delay < TimeSpan.FromMinutes(1) ? $"{delay.TotalSeconds:0}s" : $"{(int)delay.TotalMinutes}m{delay.Seconds}s";
        Waiting("CrashLoopBackOff", $"back-off {wait} restarting failed container={Container} pod={Name}_{Namespace}({Uid})");
        Record("Warning", "BackOff", $"Back-off restarting failed container {Container} in pod {Name}_{Namespace}({Uid})");
    }

    /// <summary>One failed attempt to pull the image.</summary>
    public void FailPull(string error)
    {
        Record("Normal", "Pulling", $"Pulling image \"{Image}\"");
        Record("Warning", "Failed", $"Failed to pull image \"{Image}\": {error}");
        Record("Warning", "Failed", "Error: ErrImagePull");
        Waiting("ErrImagePull", error);
    }

    /// <summary>The kubelet waits before it pulls again.</summary>
    public void BackOffPull(string error)
    {
        Record("Normal", "BackOff", $"Back-off pulling image \"{Image}\"");
        Record("Warning", "Failed", "Error: ImagePullBackOff");
        Waiting("ImagePullBackOff", $"Back-off pulling image \"{Image}\": ErrImagePull: {error}");
    }

    /// <summary>The kubelet puts the pod out to save the node; nothing restarts it.</summary>
    public void Evict(string message)
    {
        Exit(137, "Error", _log);
        Status["phase"] = "Failed";
        Status["reason"] = "Evicted";
        Status["message"] = message;
        SetCondition("DisruptionTarget", true, "TerminationByKubelet", message);
        Store();
        Record("Warning", "Evicted", message, wholePod: true);
        Record("Normal", "Killing", $"Stopping container {Container}");
    }

    /// <summary>Stopped by its controller.</summary>
    public void Delete()
    {
        Record("Normal", "Killing", $"Stopping container {Container}");
        _deployment.Cluster.Delete("pods", Namespace, Name);
    }

    /// <summary>An Event of the kubelet about the container, or about the whole pod.</summary>
    public void Record(string type, string reason, string message, bool wholePod = false) => _deployment.Events.Record(
        new EventDraft(Namespace, "Pod", Name, Uid, reason, message, type, wholePod ? null : FieldPath, "kubelet", Node));

    private void KeepLastState()
    {
        if (ContainerStatus()["state"]?["terminated"] is JsonObject terminated)
        {
            ContainerStatus()["lastState"] = new JsonObject { ["terminated"] = terminated.DeepClone() };
        }
    }

    private void SetState(JsonObject state) => ContainerStatus()["state"] = state;

    private JsonObject ContainerStatus()
    {
        if (Status["containerStatuses"] is not JsonArray)
        {
            Status["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = Container,
                ["state"] = new JsonObject(),
                ["lastState"] = new JsonObject(),
                ["ready"] = false,
                ["restartCount"] = 0,
                ["image"] = Image,
                ["imageID"] = "",
                ["started"] = false,
            });
        }

        return (JsonObject)Status["containerStatuses"]![0]!;
    }

    private void SetCondition(string type, bool status, string? reason = null, string? message = null)
    {
        var conditions = (JsonArray)Status["conditions"]!;
        var condition = conditions.OfType<JsonObject>().FirstOrDefault(c => (string?)c["type"] == type);
        if (condition is null)
        {
            conditions.Add(condition = new JsonObject { ["type"] = type, ["lastProbeTime"] = null });
        }

        var value = status ? "True" : "False";
        if ((string?)condition["status"] != value)
        {
            condition["status"] = value;
            condition["lastTransitionTime"] = Now;
        }

        Set(condition, "reason", reason);
        Set(condition, "message", message);

        static void Set(JsonObject condition, string field, string? text)
        {
            condition.Remove(field);
            if (text is not null)
            {
                condition[field] = text;
            }
        }
    }

    private void Store()
    {
        _deployment.Cluster.Apply("pods", _pod);
        _deployment.Refresh();
    }
}

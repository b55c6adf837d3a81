using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>The stage: three nodes, their kubelets' scripts, and the recorder that all components of one scenario share.</summary>
internal sealed class SimulatedCluster
{
    public static readonly IReadOnlyList<string> Nodes = ["node-1", "node-2", "node-3"];

    // Kubernetes names pods with these, so that no words arise by chance.
    private const string SafeLetters = "bcdfghjklmnpqrstvwxz2456789";

    private int _scheduled;

    public SimulatedCluster(ClusterState cluster, ScenarioClock clock)
    {
        (Cluster, Clock) = (cluster, clock);
        Events = new SimulatedEvents(cluster, clock);
        foreach (var node in Nodes.Where(node => cluster.Get("nodes", null, node) is null))
        {
            SetPressure(node, "DiskPressure", null);
        }
    }

    public ClusterState Cluster { get; }

    public ScenarioClock Clock { get; }

    public SimulatedEvents Events { get; }

    /// <summary>Letters and digits that are always the same for the same seed.</summary>
    public static string Token(string seed, int length) =>
        new([.. SHA256.HashData(Encoding.UTF8.GetBytes(seed)).Take(length).Select(b => SafeLetters[b % SafeLetters.Length])]);

    public static string Digest(string seed) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));

    public static string AddressOf(string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return $"10.{(name.StartsWith("node-", StringComparison.Ordinal) ? 20 : 88)}.{hash[0] % 8}.{4 + (hash[1] % 240)}";
    }

    public string NextNode() => Nodes[Interlocked.Increment(ref _scheduled) % Nodes.Count];

    /// <summary>A Deployment that has been running well for a while.</summary>
    public SimulatedDeployment Healthy(string ns, string name, string image, int replicas, string log = "listening on :8080\n", string memory = "256Mi")
    {
        var deployment = new SimulatedDeployment(this, ns, name, replicas, memory: memory);
        deployment.SetImage(image);
        foreach (var pod in deployment.ScaleUp(replicas))
        {
            pod.Schedule(NextNode());
            pod.Start(log);
            pod.SetReady(true);
        }

        return deployment;
    }

    /// <summary>Starts the pods and lets them become ready.</summary>
    public async Task Start(IReadOnlyList<SimulatedPod> pods, string log, CancellationToken ct, double readyAfter = 3)
    {
        foreach (var pod in pods)
        {
            pod.Schedule(NextNode());
        }

        await Clock.Wait(1, ct).ConfigureAwait(false);
        foreach (var pod in pods)
        {
            pod.Start(log);
        }

        await Clock.Wait(readyAfter, ct).ConfigureAwait(false);
        foreach (var pod in pods)
        {
            pod.SetReady(true);
        }
    }

    /// <summary>
    /// The kubelet's loop: the first restart comes at once, then the wait doubles from 10 s to 5 min, and meanwhile it says so every 12 s or so.
    /// </summary>
    /// <param name="restarts">After so many it stays in back-off; null goes on until cancelled.</param>
    public async Task CrashLoop(IReadOnlyList<SimulatedPod> pods, Crash crash, int? restarts, CancellationToken ct)
    {
        foreach (var pod in pods)
        {
            pod.Schedule(NextNode());
            pod.Start(crash.FirstLines);
        }

        var delay = TimeSpan.FromSeconds(10);
        for (var restart = 0; restart <= (restarts ?? int.MaxValue); restart++)
        {
            await Clock.Wait(crash.RunsFor, ct).ConfigureAwait(false);
            ForAll(pods, pod => pod.Exit(crash.ExitCode, crash.Reason, crash.FullLog));
            if (restart > 0)
            {
                await BackOff(pods, delay, isLast: restart == restarts, ct).ConfigureAwait(false);
                delay = delay * 2 < TimeSpan.FromMinutes(5) ? delay * 2 : TimeSpan.FromMinutes(5);
            }

            if (restart != restarts)
            {
                ForAll(pods, pod => pod.Restart(crash.FirstLines));
            }
        }
    }

    /// <summary>Rounds of failed pulls: try, then hold back and say so.</summary>
    /// <param name="rounds">After so many it stays in back-off.</param>
    public async Task FailPulls(IReadOnlyList<SimulatedPod> pods, string error, int rounds, CancellationToken ct)
    {
        ForAll(pods, pod => pod.Schedule(NextNode()));
        var delay = TimeSpan.FromSeconds(10);
        for (var round = 0; round < rounds; round++)
        {
            await Clock.Wait(0.5, ct).ConfigureAwait(false);
            ForAll(pods, pod => pod.FailPull(error));
            await Clock.Wait(1, ct).ConfigureAwait(false);
            ForAll(pods, pod => pod.BackOffPull(error));
            await Clock.Wait(delay, ct).ConfigureAwait(false);
            delay *= 2;
        }
    }

    /// <summary>Sets a node's condition; with a null message the pressure is over.</summary>
    public void SetPressure(string node, string type, string? message)
    {
        var now = Timestamps.Seconds(Clock.Now);
        Cluster.Apply("nodes", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = node, ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = node } },
            ["status"] = new JsonObject
            {
                ["capacity"] = new JsonObject { ["cpu"] = "4", ["memory"] = "16Gi", ["pods"] = "110" },
                ["allocatable"] = new JsonObject { ["cpu"] = "4", ["memory"] = "15Gi", ["pods"] = "110" },
                ["conditions"] = new JsonArray(
                    Condition("Ready", true, "KubeletReady", "kubelet is posting ready status", now),
                    Condition(type, message is not null, message is null ? $"KubeletHasNo{type}" : $"KubeletHas{type}", message ?? "kubelet has no disk pressure", now)),
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = AddressOf(node) }),
                ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "v1.34.1", ["osImage"] = "Debian GNU/Linux 13 (trixie)" },
            },
        });
    }

    private async Task BackOff(IReadOnlyList<SimulatedPod> pods, TimeSpan delay, bool isLast, CancellationToken ct)
    {
        var step = TimeSpan.FromSeconds(12);
        for (var waited = TimeSpan.Zero; waited < delay; waited += step)
        {
            ForAll(pods, pod => pod.BackOff(delay));
            if (isLast)
            {
                return;
            }

            await Clock.Wait(delay - waited < step ? delay - waited : step, ct).ConfigureAwait(false);
        }
    }

    private static void ForAll(IReadOnlyList<SimulatedPod> pods, Action<SimulatedPod> step)
    {
        foreach (var pod in pods)
        {
            step(pod);
        }
    }

    private static JsonObject Condition(string type, bool status, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = status ? "True" : "False",
        ["lastHeartbeatTime"] = now,
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };
}

/// <summary>How a container fails, again and again.</summary>
/// <param name="FirstLines">What each instance writes at once.</param>
/// <param name="FullLog">What it has written when it ends; the cause stands at the end.</param>
internal sealed record Crash(int ExitCode, string Reason, string FirstLines, string FullLog, TimeSpan RunsFor);

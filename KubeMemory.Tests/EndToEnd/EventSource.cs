using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>A cluster whose containers fail without end: it says Events at a steady rate and knows how many it said.</summary>
internal sealed class EventSource : IAsyncDisposable
{
    private const int Workloads = 12;
    private const int PodsEach = 5;

    // Three families of failure, none of which is held back.
    private static readonly (string Reason, string Message)[] Failures =
    [
        ("BackOff", "Back-off restarting failed container app in pod {0}"),
        ("Failed", "Failed to pull image \"registry.example.com/shop/{1}:2\": not found"),
        ("FailedMount", "MountVolume.SetUp failed for volume \"config\" : configmap \"{1}-config\" not found"),
    ];

    /// <summary>Of Kubernetes' generated names: a Deployment's pod is known by its name where no object of it is to be seen.</summary>
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _speaks = new(1);
    private readonly SimulatorServer _server;
    private readonly int _newPodEvery;
    private readonly Task _speaking;
    private long _said;
    private int _problems = Workloads * Failures.Length;

    private EventSource(SimulatorServer server, int eventsPerSecond, int newPodEvery)
    {
        (_server, _newPodEvery) = (server, newPodEvery);
        _speaking = Task.Run(() => SpeakAsync(eventsPerSecond));
    }

    /// <summary>Distinct problems: one incident each.</summary>
    public int Problems => Volatile.Read(ref _problems);

    /// <param name="newPodEvery">
    /// Every so many Events one is of a pod that nobody has heard of: an Event of its own, whose loss nothing later makes good. 0 for none.
    /// </param>
    public static EventSource Start(SimulatorServer server, int eventsPerSecond, int newPodEvery = 0) => new(server, eventsPerSecond, newPodEvery);

    /// <summary>What the API server now holds: the sum of the counts of all Events.</summary>
    public long Emitted => _server.State.List("events").Sum(e => (long)(int)e["count"]!);

    /// <summary>One more problem, said once.</summary>
    public void Open(string workload)
    {
        Record(workload, PodOf(workload, 0), Failures[0]);
        Interlocked.Increment(ref _problems);
    }

    /// <summary>Waits until so many have been said.</summary>
    public async Task WaitForAsync(long events)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Volatile.Read(ref _said) < events)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Says nothing until <see cref="GoOn"/>; at the return of this nothing more is on its way.</summary>
    public Task PauseAsync() => _speaks.WaitAsync(TestContext.Current.CancellationToken);

    public void GoOn() => _speaks.Release();

    /// <summary>Says no more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _speaking;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _speaks.Dispose();
    }

    private async Task SpeakAsync(int eventsPerSecond)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _speaks.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                // Stopped while it paused.
                return;
            }

            for (var n = 0; n < eventsPerSecond / 50; n++)
            {
                Say((int)_said);
                Interlocked.Increment(ref _said);
            }

            _speaks.Release();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private void Say(int number)
    {
        var workload = $"svc-{(char)('a' + (number % Workloads))}";
        var unknown = _newPodEvery > 0 && number % _newPodEvery == 0;
        Record(workload, PodOf(workload, unknown ? PodsEach + number : number / Workloads % PodsEach), Failures[number / (Workloads * PodsEach) % Failures.Length]);
    }

    private static string PodOf(string workload, int number)
    {
        Span<char> suffix = stackalloc char[5];
        for (var i = suffix.Length - 1; i >= 0; i--, number /= Letters.Length)
        {
            suffix[i] = Letters[number % Letters.Length];
        }

        return $"{workload}-6c8f7d9b54-{suffix}";
    }

    private void Record(string workload, string pod, (string Reason, string Message) failure)
    {
        var fieldPath = failure.Reason == "FailedMount" ? null : "spec.containers{app}";
        _server.State.RecordEvent(new EventDraft(
            "shop", "Pod", pod, $"uid-{pod}", failure.Reason, string.Format(null, failure.Message, pod, workload), FieldPath: fieldPath, Host: "node-1"));
    }
}

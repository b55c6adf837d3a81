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

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _speaks = new(1);
    private long _said;
    private readonly Task _speaking;
    private readonly SimulatorServer _server;

    private EventSource(SimulatorServer server, int eventsPerSecond)
    {
        _server = server;
        _speaking = Task.Run(() => SpeakAsync(eventsPerSecond));
    }

    /// <summary>Distinct problems: one incident each.</summary>
    public static int Problems => Workloads * Failures.Length;

    public static EventSource Start(SimulatorServer server, int eventsPerSecond) => new(server, eventsPerSecond);

    /// <summary>What the API server now holds: the sum of the counts of all Events.</summary>
    public long Emitted => _server.State.List("events").Sum(e => (long)(int)e["count"]!);

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
        // The alphabet of Kubernetes' generated names: a Deployment's pod is known by its name where no object of it is to be seen.
        var pod = $"{workload}-6c8f7d9b54-x{"bcdfg"[number / Workloads % PodsEach]}xzt";
        var (reason, message) = Failures[number / (Workloads * PodsEach) % Failures.Length];
        var fieldPath = reason == "FailedMount" ? null : "spec.containers{app}";
        _server.State.RecordEvent(new EventDraft("shop", "Pod", pod, $"uid-{pod}", reason, string.Format(null, message, pod, workload), FieldPath: fieldPath, Host: "node-1"));
    }
}

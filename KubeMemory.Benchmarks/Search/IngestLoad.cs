using System.Globalization;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using KubeMemory.Engines;

namespace KubeMemory.Benchmarks.Search;

/// <summary>Writes to the file that is searched, at a steady rate, until it is disposed: events become incidents, and vectors are replaced and added.</summary>
internal sealed class IngestLoad : IAsyncDisposable
{
    public const int EventsPerSecond = 1000;
    public const int VectorsPerSecond = 100;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly int Ticks = (int)(TimeSpan.FromSeconds(1) / Tick);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public IngestLoad(EmbeddedEngines engines, VectorSpace space, int vectors) => _work = Task.Run(() => WriteAsync(engines, space, vectors));

    public long Events { get; private set; }

    public long Vectors { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WriteAsync(EmbeddedEngines engines, VectorSpace space, int vectors)
    {
        var ingestor = new IncidentIngestor(engines.Store, engines.IncidentOptions, TimeProvider.System);
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await ingestor.IngestAsync([.. Enumerable.Range(0, EventsPerSecond / Ticks).Select(_ => Event(Events++))], CancellationToken.None);
                var records = Enumerable.Range(0, VectorsPerSecond / Ticks)
                    .Select(_ => FailureTexts.Record(Vectors++ % 2 == 0 ? (int)Vectors : vectors + (int)Vectors)).ToList();
                await engines.Vectors.UpsertAsync(space, records, CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private static SignalEnvelope Event(long number)
    {
        var workload = string.Create(CultureInfo.InvariantCulture, $"workload-{number % 200}");
        var now = TimeProvider.System.GetUtcNow();
        return new SignalEnvelope(SignalEnvelope.CurrentVersion, now, null, new FailureSignal
        {
            ClusterId = "cluster-1",
            Source = SignalSource.Event,
            SeriesKey = string.Create(CultureInfo.InvariantCulture, $"e|load|{number % 20_000}"),
            Namespace = "load",
            SubjectKind = "Pod",
            SubjectName = workload + "-1",
            PodName = workload + "-1",
            WorkloadKind = "Deployment",
            WorkloadName = workload,
            Container = "app",
            Type = IncidentType.CrashLoopBackOff,
            Reason = "BackOff",
            Message = "Back-off restarting failed container",
            Description = "Back-off restarting failed container",
            Signature = "CrashLoopBackOff: back-off",
            Occurrences = 1 + (number / 20_000),
            FirstSeen = now,
            LastSeen = now,
        });
    }
}

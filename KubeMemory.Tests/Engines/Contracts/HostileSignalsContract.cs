using System.Text;
using System.Text.Json;
using KubeMemory.Api.Ingest;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What a server that is no real Kubernetes may say: the store of each size takes it, the same way, and nothing else waits for it.</summary>
public abstract class HostileSignalsContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    protected EngineSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Theory]
    [InlineData("nul\0")]
    [InlineData("bar|bar")]
    [InlineData("\t'\"\\%_;--")]
    [InlineData("🦀ü")]
    public async Task Ingest_OddCharactersInEveryName_CountsLikeAnyOther(string odd)
    {
        await StoreAsync(Hostile(odd, 2, At), Make.Event("web", "a", 1, At));
        await StoreAsync(Hostile(odd, 5, At + TimeSpan.FromMinutes(1)), Make.Event("web", "a", 3, At + TimeSpan.FromMinutes(1)));

        await AssertTwoAsync(5);
    }

    [Fact]
    public async Task Ingest_NamesAndKeysOfTenThousandCharacters_CountsLikeAnyOther()
    {
        await StoreAsync(Hostile(Noise(1), 2, At), Make.Event("web", "a", 1, At));
        await StoreAsync(Hostile(Noise(1), 5, At + TimeSpan.FromMinutes(1)), Make.Event("web", "a", 3, At + TimeSpan.FromMinutes(1)));

        await AssertTwoAsync(5);
    }

    [Fact]
    public async Task Ingest_LongKeysThatDifferAtTheirEnd_StayTwo()
    {
        var one = Make.Event("web", Noise(1) + "1", 2, At);
        await StoreAsync(one, one with { SeriesKey = $"e|shop|{Noise(1)}2", Occurrences = 3 });

        Assert.Equal(5, (await Engines.OnlyIncidentAsync()).Occurrences);
    }

    [Theory]
    [InlineData("bar|bar|Crash")]
    [InlineData("nul\0")]
    public async Task Ingest_HeldProbeWithOddName_IsHeldAndCounted(string odd)
    {
        FailureSignal Probe(int count) => Make.Event($"w{odd}", $"p{odd}", count, At + TimeSpan.FromMinutes(count), IncidentType.ProbeFailure);
        await StoreAsync(Probe(1));
        Assert.Equal(Make.Cluster, Assert.Single(await Engines.Store.ListHeldAsync(Token)).Id.ClusterId);
        await StoreAsync(Probe(2));
        await StoreAsync(Probe(3));

        Assert.Equal(3, (await Engines.OnlyIncidentAsync()).Occurrences);
    }

    [Fact]
    public async Task Ingest_EvidenceWithLongKeyAndOddText_IsShown()
    {
        await StoreAsync(Make.Event("web", "a", 1, At));
        var id = (await Engines.OnlyIncidentAsync()).Id;
        EvidenceSignal Evidence(string text) => new()
        {
            ClusterId = Make.Cluster,
            IncidentId = id,
            Items = [new(EvidenceKind.Log, "log|" + Noise(3), "T\0itle", text, At, $"p\0{Noise(4)}", "app")],
        };
        await StoreAsync(Evidence("first"));
        await StoreAsync(Evidence("sec\0ond"));

        Assert.Equal("sec\uFFFDond", Assert.Single((await Engines.DetailAsync(id)).Evidence, item => item.Kind == EvidenceKind.Log).Text);
    }

    [Fact]
    public async Task Ingest_HighestCountsInOneHour_ListAndDetailAnswer()
    {
        await StoreAsync(Make.Event("web", "a", long.MaxValue, At), Make.Event("web", "b", int.MaxValue, At));

        var incident = await Engines.OnlyIncidentAsync();
        Assert.Equal(2L * int.MaxValue, incident.Occurrences);
        Assert.Equal(int.MaxValue, incident.Spark.Max());
        Assert.Equal(int.MaxValue, Assert.Single((await Engines.DetailAsync(incident.Id)).Activity).Occurrences);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00x")]
    public async Task Ingest_HalfASurrogateInThePayload_GoesToTheDeadLettersAlone(string half)
    {
        var payload = Encoding.UTF8.GetString(Payload(Make.Event("half", "h", 1, At))).Replace("\"half\"", $"\"{half}\"", StringComparison.Ordinal);
        Assert.Contains(half, payload, StringComparison.Ordinal);
        await Engines.Stream.AppendAsync(Make.Payloads(payload), Token);
        await StoreAsync(Make.Event("web", "a", 1, At));

        Assert.Equal("web", (await Engines.OnlyIncidentAsync()).Workload);
        Assert.Single(await Engines.Stream.ListDeadLettersAsync(10, Token));
    }

    /// <summary>Nothing that indexes and compression could make shorter.</summary>
    private static string Noise(int seed) => new([.. new Random(seed).GetItems("abcdefghijklmnopqrstuvwxyz0123456789äöü€".AsSpan(), 10_000)]);

    private static FailureSignal Hostile(string odd, long occurrences, DateTimeOffset at) => Make.Event("web", "h", occurrences, at) with
    {
        SeriesKey = $"e|{odd}|h",
        Namespace = $"n{odd}",
        SubjectKind = $"K{odd}",
        SubjectName = $"s{odd}",
        PodName = null,
        NodeName = $"node{odd}",
        WorkloadKind = $"D{odd}",
        WorkloadName = $"w{odd}",
        Container = $"c{odd}",
        Image = $"registry/{odd}",
        Message = odd,
        Description = odd,
        Signature = odd,
        CauseKeys = [$"image:{odd}", $"node-condition:{odd}"],
    };

    private static byte[] Payload(Signal signal) => JsonSerializer.SerializeToUtf8Bytes(Make.Batch(signal)[0], SignalJsonContext.Default.SignalEnvelope);

    private async Task AssertTwoAsync(long occurrences)
    {
        var incidents = await Engines.IncidentsAsync();
        Assert.Equal([3, occurrences], incidents.Select(incident => incident.Occurrences).Order());
    }

    /// <summary>Through the stream and the worker, at the first attempt.</summary>
    private async Task StoreAsync(params Signal[] signals)
    {
        await Engines.Stream.AppendAsync(new AppendBatch(StreamTopics.Signals, [.. signals.Select(signal => new ReadOnlyMemory<byte>(Payload(signal)))]), Token);
        using var worker = new IngestWorker(Engines.Stream, Engines.Ingestor, Engines.Store, Engines.Time, NullLogger<IngestWorker>.Instance);
        await worker.IngestAsync(await Engines.Stream.ReadAsync(StreamTopics.Signals, IngestWorker.Group, "c", 100, TimeSpan.Zero, Token), Token);
        Assert.Equal(0, await Engines.Stream.CountPendingAsync(StreamTopics.Signals, IngestWorker.Group, Token));
    }
}

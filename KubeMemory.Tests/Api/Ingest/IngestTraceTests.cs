using System.Diagnostics;
using System.Text.Json;
using KubeMemory.Api.Ingest;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Tests.Core.Tracing;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Api.Ingest;

/// <summary>In which trace an incident goes on, from the stream to the live feed.</summary>
public sealed class IngestTraceTests : IAsyncLifetime
{
    private readonly SpanRecorder _recorder = new("KubeMemory.Api");
    private EmbeddedEngineSet _engines = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engines = await EmbeddedEngineSet.OpenAsync();

    [Fact]
    public async Task Incident_Opened_GoesOnInTheTraceOfItsSignal()
    {
        var context = SpanRecorder.Context();
        await IngestAsync(Envelope(Make.Event("web", "a", 1, EngineSet.Start), context));
        var changes = await PublishAsync();

        var trace = _recorder.OfTrace(context);
        var ingested = Assert.Single(trace, span => span.DisplayName == "ingest signals");
        var opened = Assert.Single(trace, span => span.DisplayName == "open incident");
        var projected = Assert.Single(trace, span => span.DisplayName == "project live");
        Assert.Equal((context, ingested.Id, opened.Id), (ingested.ParentId, opened.ParentId, projected.ParentId));
        Assert.Equal((1, 1), (ingested.GetTagItem("kubememory.signals.stored"), ingested.GetTagItem("kubememory.incidents.opened")));
        Assert.Equal(projected.Id, Assert.Single(changes).TraceParent);
    }

    [Fact]
    public async Task Incident_Repeated_MakesNoMoreOfItsTrace()
    {
        var context = SpanRecorder.Context();
        await IngestAsync(Envelope(Make.Event("web", "a", 1, EngineSet.Start), context));
        await PublishAsync();
        var spans = _recorder.OfTrace(context).Count;
        await IngestAsync(Envelope(Make.Event("web", "a", 2, EngineSet.Start), SpanRecorder.Context()));

        Assert.Null(Assert.Single(await PublishAsync()).TraceParent);
        Assert.Equal(spans, _recorder.OfTrace(context).Count);
        Assert.Contains(_recorder.Ended, span => span.DisplayName == "project live" && span.ParentId is null && span.Links.Any(link => link.Context.TraceId.ToHexString() == context[3..35]));
    }

    [Fact]
    public async Task Incident_OfAFirstList_IsNotFollowed()
    {
        var context = SpanRecorder.Context();
        await IngestAsync(Envelope(Make.Event("web", "a", 1, EngineSet.Start) with { History = true }, context));

        Assert.Null(Assert.Single(await PublishAsync()).TraceParent);
        Assert.Equal(["ingest signals"], _recorder.OfTrace(context).Select(span => span.DisplayName));
    }

    [Fact]
    public async Task Incidents_OpenedTogether_GoOnInTheirOwnTraces()
    {
        string[] contexts = [SpanRecorder.Context(), SpanRecorder.Context()];
        await IngestAsync(Envelope(Make.Event("web", "a", 1, EngineSet.Start), contexts[0]), Envelope(Make.Event("cart", "b", 1, EngineSet.Start), contexts[1]));
        var changes = await PublishAsync();

        Assert.All(contexts, context =>
        {
            var trace = _recorder.OfTrace(context);
            Assert.Equal(["open incident", "project live"], trace.Select(span => span.DisplayName));
            Assert.Equal(context, trace[0].ParentId);
            Assert.Contains(changes, change => change.TraceParent == trace[1].Id);
        });
    }

    [Fact]
    public async Task EvidenceRequest_OfTheFirstQuestion_GoesOnInTheTrace()
    {
        var context = SpanRecorder.Context();
        await IngestAsync(Envelope(Make.Event("web", "a", 1, EngineSet.Start), context));
        await Loop(Projectors.Evidence).StepAsync(Token);
        var entry = Assert.Single(await _engines.Stream.ReadAsync(StreamTopics.EvidenceRequests(Make.Cluster), "watcher", "c", 10, TimeSpan.Zero, Token));

        var request = JsonSerializer.Deserialize(entry.Payload.Span, SignalJsonContext.Default.EvidenceRequest)!;
        Assert.Equal(Assert.Single(_recorder.OfTrace(context), span => span.DisplayName == "project evidence").Id, request.TraceParent);
    }

    [Fact]
    public async Task Ingest_SignalThatCannotBeStored_IsAnErrorOfItsSpan()
    {
        var context = SpanRecorder.Context();
        await _engines.Stream.AppendAsync(new AppendBatch(StreamTopics.Signals, [Payload(Envelope(Make.Event("web", "a", 1, EngineSet.Start), context))]), Token);
        using var worker = new IngestWorker(
            _engines.Stream, new IncidentIngestor(new FailingStore(), _engines.Options, _engines.Time), _engines.Store, _engines.Time, NullLogger<IngestWorker>.Instance);
        await worker.IngestAsync(await ReadAsync(), Token);

        var span = Assert.Single(_recorder.OfTrace(context));
        Assert.Equal((ActivityStatusCode.Error, "FormatException"), (span.Status, span.StatusDescription));
    }

    public async ValueTask DisposeAsync()
    {
        await _engines.DisposeAsync();
        _recorder.Dispose();
    }

    private static SignalEnvelope Envelope(Signal signal, string context) => new(SignalEnvelope.CurrentVersion, EngineSet.Start, context, signal);

    private static ReadOnlyMemory<byte> Payload(SignalEnvelope envelope) => JsonSerializer.SerializeToUtf8Bytes(envelope, SignalJsonContext.Default.SignalEnvelope);

    private async Task IngestAsync(params IEnumerable<SignalEnvelope> envelopes)
    {
        await _engines.Stream.AppendAsync(new AppendBatch(StreamTopics.Signals, [.. envelopes.Select(Payload)]), Token);
        using var worker = new IngestWorker(_engines.Stream, _engines.Ingestor, _engines.Store, _engines.Time, NullLogger<IngestWorker>.Instance);
        await worker.IngestAsync(await ReadAsync(), Token);
    }

    private Task<IReadOnlyList<StreamEntry>> ReadAsync() => _engines.Stream.ReadAsync(StreamTopics.Signals, "ingest", "c", 100, TimeSpan.Zero, Token);

    private ProjectorLoop Loop(string name) =>
        new(_engines.Outbox, new FeedProjector(name, _engines.Outbox, _engines.Feed, _engines.Stream), _engines.Time, NullLogger<ProjectorLoop>.Instance);

    /// <summary>What comes to the live feed in one round.</summary>
    private async Task<List<LiveChange>> PublishAsync()
    {
        var end = await _engines.Feed.GetEndAsync(Token);
        var count = await Loop(Projectors.Live).StepAsync(Token);
        var changes = new List<LiveChange>();
        await foreach (var entry in _engines.Feed.ReadAsync(end, Token))
        {
            changes.Add(entry.Change);
            if (changes.Count == count)
            {
                break;
            }
        }

        return changes;
    }

    private sealed class FailingStore : IIncidentStore
    {
        public Task<T> ChangeAsync<T>(ChangeScope scope, Func<IncidentWorkingSet, T> change, CancellationToken cancellationToken) => throw new FormatException("secret");

        public Task<IReadOnlyList<UnsettledIncident>> ListUnsettledAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

using System.Diagnostics;
using KubeMemory.Api.Analysis;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Signals;
using KubeMemory.Tests.Core.Tracing;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Api.Analysis;

/// <summary>In which trace an analysis stands.</summary>
public sealed class AnalysisTraceTests : IAsyncLifetime
{
    private readonly SpanRecorder _recorder = new("KubeMemory.Api");
    private EmbeddedEngineSet _engines = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engines = await EmbeddedEngineSet.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _engines.DisposeAsync();
        _recorder.Dispose();
    }

    [Fact]
    public async Task Analysis_TheFirst_GoesOnInTheIncidentsTrace_AndTheNextIsLinkedToIt()
    {
        var context = SpanRecorder.Context();
        await _engines.Ingestor.IngestAsync([new SignalEnvelope(SignalEnvelope.CurrentVersion, EngineSet.Start, context, Make.Event("web", "a", 1, EngineSet.Start))], Token);
        var id = (await _engines.OnlyIncidentAsync()).Id;

        await AnalyseAsync(id);
        await AnalyseAsync(id);

        var first = Assert.Single(_recorder.OfTrace(context), span => span.DisplayName == "analyse incident");
        Assert.Equal(("completed", id), (first.GetTagItem("kubememory.analysis.outcome"), first.GetTagItem("kubememory.incident.id")));
        Assert.Contains(
            _recorder.Ended,
            span => span.DisplayName == "analyse incident" && span.ParentId is null && span.Links.Any(link => link.Context.TraceId.ToHexString() == context[3..35]));
    }

    [Fact]
    public async Task Analysis_ThatFails_IsAnErrorOfItsSpan()
    {
        var context = SpanRecorder.Context();
        await _engines.Ingestor.IngestAsync([new SignalEnvelope(SignalEnvelope.CurrentVersion, EngineSet.Start, context, Make.Event("web", "a", 1, EngineSet.Start))], Token);

        await AnalyseAsync((await _engines.OnlyIncidentAsync()).Id, new FakeModel { Says = (_, _, _) => throw new FormatException("odd") });

        var span = Assert.Single(_recorder.OfTrace(context), span => span.DisplayName == "analyse incident");
        Assert.Equal((ActivityStatusCode.Error, "retried"), (span.Status, span.GetTagItem("kubememory.analysis.outcome")));
    }

    private async Task AnalyseAsync(long id, IModelRecommender? model = null)
    {
        await _engines.Analyses.RequestAsync(id, 1, force: true, Token);
        var claim = Assert.Single(await _engines.Analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token));
        var pipeline = new AnalysisPipeline(_engines.Reader, AnalysisSamples.Diagnoser, new Retrieve(null, _engines.Fixes), new Correlate(), _engines.Time, model);
        await new AnalysisRunner(
            _engines.Analyses, pipeline, new AnalysisFeed(_engines.Feed, NullLogger<AnalysisFeed>.Instance), new RunningAnalyses(), new AnalysisOptions(), _engines.Outbox, _engines.Time,
            NullLogger<AnalysisRunner>.Instance).RunAsync(claim, Token);
    }
}

using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Tests.Api;
using KubeMemory.Tests.Api.Analysis;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis;

public sealed class AnalysisPipelineTests
{
    private readonly FakeIncidentReader _incidents = new();
    private readonly FakeSimilarCases _similar = new();
    private readonly FakeFixes _fixes = new();
    private readonly FakeCorrelations _correlations = new();
    private readonly FakeModel _model = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rules_AStatedCause_NamesItWithItsEvidence()
    {
        var result = await AnalyseAsync(withModel: false);

        Assert.Equal((Verdict.Confirmed, "dependency-no-such-host", "postgres.data"), (result.Verdict, result.SignatureId, result.Thing));
        Assert.Equal("The host postgres.data cannot be resolved from cart.", result.RootCause);
        Assert.Equal(new AnalysisSource("evidence", "E2", "dial tcp: lookup postgres.data: no such host"), result.Sources[0]);
        Assert.Equal("kubectl -n shop get service postgres.data", result.Steps[0].Command);
        Assert.Equal([false, true], result.Steps.Select(step => step.Changes));
        Assert.Null(result.Model);
        Assert.Equal(SignatureCatalogue.Version, result.PromptVersion);
    }

    [Fact]
    public async Task Rules_NothingKnown_IsInconclusive_WithCommandsThatOnlyRead()
    {
        var result = await AnalyseAsync(withModel: false, log: "something odd");

        Assert.Equal((Verdict.Inconclusive, null, 0d), (result.Verdict, result.SignatureId, result.Confidence));
        Assert.All(result.Steps, step => Assert.False(step.Changes));
        Assert.Contains("kubectl -n shop logs cart-75fb46b7bd-xtkrh -c app --previous --tail=200", result.Steps.Select(step => step.Command));
    }

    [Fact]
    public async Task Rules_ANameThatAShellWouldObey_IsInNoCommand()
    {
        _incidents.Add(AnalysisSamples.Incident(1, "quiet", workload: "cart;reboot"));

        var result = await RunAsync(withModel: false);

        Assert.DoesNotContain(result.Steps, step => step.Command?.Contains("reboot", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Fixes_ThatWorked_AreStepsWithTheirRate()
    {
        _fixes.Guidance = new FixGuidance([AnalysisSamples.Proposal(5)], []);

        var result = await AnalyseAsync(withModel: false);

        var step = Assert.Single(result.Steps, step => step.Origin == "fix");
        Assert.Equal("Created the service again (fixes worked 2 of 3 times for this failure, 1 of 1 time on this workload).", step.Text);
        Assert.True(step.Changes);
        Assert.Contains(result.Sources, source => source is { Kind: "fix", Id: "5" });
    }

    [Fact]
    public async Task Corrections_OfTheLike_AreSaid_AndGiveAnotherKey()
    {
        var before = await AnalyseAsync(withModel: false);
        _fixes.Guidance = new FixGuidance([], [AnalysisSamples.Correction(5, 77)]);

        var after = await AnalyseAsync(withModel: false);

        Assert.Equal("In an earlier incident of the same signature (shop/cart), ada corrected: The network policy denied DNS.", after.Correction);
        Assert.Equal(Verdict.Confirmed, after.Verdict);
        Assert.NotEqual(before.AnalysisKey, after.AnalysisKey);
        Assert.Null(before.Correction);
    }

    [Fact]
    public async Task Corrections_WhereNothingIsKnown_AreTheBestThatIs()
    {
        _fixes.OfIncidents.Add(AnalysisSamples.Correction(5, 1, signatureId: null));

        var result = await AnalyseAsync(withModel: false, log: "something odd");

        Assert.Contains("On this incident, ada corrected: The network policy denied DNS.", result.RootCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engines_ThatDoNotAnswer_AreNamed_AndFailNothing()
    {
        _similar.Fault = new EngineUnavailableException("Chroma at chroma:8000", new IOException("Connection refused"));
        _correlations.Fault = new EngineUnavailableException("Neo4j at graph:7474", new IOException("Connection refused"));

        var result = await AnalyseAsync(withModel: false);

        Assert.Equal(Verdict.Confirmed, result.Verdict);
        Assert.Contains("Similar incidents could not be looked up: Chroma at chroma:8000 does not answer: Connection refused.", result.Missing);
        Assert.Contains("What happened around it could not be looked up: Neo4j at graph:7474 does not answer: Connection refused.", result.Missing);
    }

    [Theory]
    [InlineData(null, "image cart:1.3 → cart:1.4", "It began 4 minutes after a rollout of cart (image cart:1.3 → cart:1.4), which may have brought it.")]
    [InlineData("something odd", "image cart:1.3 → cart:1.4", "It began 4 minutes after a rollout of cart (image cart:1.3 → cart:1.4): look there first.")]
    [InlineData(null, "revision 1, image cart:1.4", "See whether the service is there.")]
    public async Task Rollout_ShortlyBefore_IsSuspected(string? log, string change, string end)
    {
        _correlations.Found = new IncidentCorrelation([], [], [new RolloutBefore("shop", "cart", AnalysisSamples.Now, 4, change, Same: true)], new BlastRadius(1, 1, 1, ["shop/cart"]));

        var result = await AnalyseAsync(withModel: false, log);

        Assert.EndsWith(end, result.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_ThatAgrees_AddsToTheRules()
    {
        var result = await AnalyseAsync();

        Assert.Equal("The host postgres.data cannot be resolved from cart.", result.RootCause);
        Assert.Equal((Verdict.Confirmed, "Fake qwen", 900, 100, "p1"), (result.Verdict, result.Model, result.PromptTokens, result.AnswerTokens, result.PromptVersion));
        Assert.Equal(["rules", "rules", "model"], result.Steps.Select(step => step.Origin));
        Assert.Equal("Compare the settings with the service.", result.Recommendation);
    }

    [Fact]
    public async Task Model_ThatDisagrees_IsShown_AndTheConfirmedWordStands()
    {
        _model.Says = (_, _, _) => Task.FromResult<ModelRecommendation?>(FakeModel.Word("It is the memory limit."));

        var result = await AnalyseAsync();

        Assert.Equal((Verdict.Confirmed, "postgres.data", "It is the memory limit."), (result.Verdict, result.Thing, result.Disagreement));
        Assert.Equal("The host postgres.data cannot be resolved from cart.", result.RootCause);
        Assert.Equal("See whether the service is there.", result.Recommendation);
    }

    [Fact]
    public async Task Model_Alone_IsLikelyAtMost_AndSaysThatNothingCalibratesIt()
    {
        _model.Says = (_, _, _) => Task.FromResult<ModelRecommendation?>(FakeModel.Word(verdict: Verdict.Confirmed));

        var result = await AnalyseAsync(log: "something odd");

        Assert.Equal((Verdict.Likely, "The DNS name is misspelt in the settings.", 0.6), (result.Verdict, result.RootCause, result.Confidence));
        Assert.Contains("nothing calibrates it", result.ConfidenceOrigin, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_ThatDoesNotAnswer_LeavesTheRulesWord()
    {
        _model.IsOut();
        _incidents.Add(AnalysisSamples.Incident(1));
        var prepared = await Pipeline(true).PrepareAsync(1, Token);

        var (result, again) = await Pipeline(true).RunAsync(prepared!, null, null, Token);

        Assert.True(again);
        Assert.Equal((Verdict.Confirmed, null, "Ollama at localhost:11434 does not answer: Connection refused."), (result.Verdict, result.Model, result.ModelFault));
    }

    [Fact]
    public async Task Model_WhoseAnswerFailsTheChecks_LeavesTheRulesWord()
    {
        _model.Says = (_, _, _) => Task.FromResult<ModelRecommendation?>(null);

        var result = await AnalyseAsync();

        Assert.Equal((Verdict.Confirmed, "Its answer did not stand the checks, twice."), (result.Verdict, result.ModelFault));
    }

    [Fact]
    public async Task Prepare_Gone_IsNothing() => Assert.Null(await Pipeline(false).PrepareAsync(404, Token));

    private Task<AnalysisResult> AnalyseAsync(bool withModel = true, string? log = null)
    {
        _incidents.Add(log is null ? AnalysisSamples.Incident(1) : AnalysisSamples.Incident(1, log));
        return RunAsync(withModel);
    }

    private async Task<AnalysisResult> RunAsync(bool withModel)
    {
        var pipeline = Pipeline(withModel);
        var prepared = await pipeline.PrepareAsync(1, Token);
        return (await pipeline.RunAsync(prepared!, null, null, Token)).Result;
    }

    private AnalysisPipeline Pipeline(bool withModel) => new(
        _incidents, AnalysisSamples.Diagnoser, new Retrieve(_similar, _fixes), new Correlate(_correlations), new FakeTimeProvider(AnalysisSamples.Now), withModel ? _model : null);
}

using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Tests.Api.Analysis;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis;

/// <summary>One analysis serves every incident of its key; nobody may be sent to another one's pod.</summary>
public sealed class ResultForIncidentTests
{
    private readonly IncidentDetail _first = AnalysisSamples.Incident(1);
    private readonly IncidentDetail _other = AnalysisSamples.Incident(2, workload: "billing", @namespace: "payments");

    [Fact]
    public void Of_TheSameIncident_IsItself()
    {
        var result = RulesOf(_first);

        Assert.Same(result, ResultForIncident.Of(result, _first, AnalysisSamples.Diagnoser, FixGuidance.None));
    }

    [Fact]
    public void Of_TheRulesWord_IsSaidAgainOfTheOther()
    {
        var told = ResultForIncident.Of(RulesOf(_first), _other, AnalysisSamples.Diagnoser, FixGuidance.None);

        Assert.Equal("The host postgres.data cannot be resolved from billing.", told.RootCause);
        Assert.Equal(["kubectl -n payments get service postgres.data", "kubectl -n payments edit deployment billing"], told.Steps.Select(step => step.Command));
        Assert.Equal(2, told.IncidentId);
    }

    [Fact]
    public void Of_WhatAModelWrote_HasTheOthersNames()
    {
        var result = CombinedWord.Of(
            RulesOf(AnalysisSamples.Incident(1, "odd")),
            FakeModel.Word() with
            {
                RootCause = "cart-75fb46b7bd-xtkrh cannot start on node-7: a cart is full.",
                Steps = [new AnalysisStep("Look at cart-75fb46b7bd-xtkrh.", "kubectl -n shop describe deployment cart cart-extra", false, "model")],
            });

        var told = ResultForIncident.Of(result, AnalysisSamples.Incident(2, "odd", "billing", "payments") with { NodeName = "node-9" }, AnalysisSamples.Diagnoser, FixGuidance.None);

        Assert.Equal("billing-75fb46b7bd-xtkrh cannot start on node-9: a cart is full.", told.RootCause);
        var step = Assert.Single(told.Steps, step => step.Origin == "model");
        Assert.Equal(("Look at billing-75fb46b7bd-xtkrh.", "kubectl -n payments describe deployment billing cart-extra"), (step.Text, step.Command));
        Assert.Equal("Fake qwen", told.Model);
    }

    [Fact]
    public void Of_NamesThatChangePlaces_AreNotMixedUp()
    {
        var result = RulesOf(_first) with { SignatureId = "gone", Steps = [new AnalysisStep("x", "kubectl -n shop get deployment cart", false, "rules")] };

        var told = ResultForIncident.Of(result, AnalysisSamples.Incident(2, workload: "shop", @namespace: "cart"), AnalysisSamples.Diagnoser, FixGuidance.None);

        Assert.Equal("kubectl -n cart get deployment shop", Assert.Single(told.Steps).Command);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("x;reboot")]
    [InlineData("$(reboot)")]
    public void Of_ACommandThatCannotBeTold_IsLeftOut(string? pod)
    {
        var result = RulesOf(_first) with { SignatureId = "gone", Steps = [new AnalysisStep("Look.", "kubectl -n shop describe pod cart-75fb46b7bd-xtkrh", false, "rules")] };

        var told = ResultForIncident.Of(result, _other with { PodName = pod }, AnalysisSamples.Diagnoser, FixGuidance.None);

        Assert.Equal(("Look.", null), Assert.Single(told.Steps) is var step ? (step.Text, step.Command) : default);
    }

    [Fact]
    public void Of_FixesAndCorrections_AreThoseOfNow()
    {
        var told = ResultForIncident.Of(
            RulesOf(_first), _other, AnalysisSamples.Diagnoser, new FixGuidance([AnalysisSamples.Proposal(5)], [AnalysisSamples.Correction(6, 9)]));

        Assert.Contains(told.Steps, step => step.Origin == "fix" && step.Text.StartsWith("Created the service again", StringComparison.Ordinal));
        Assert.StartsWith("In an earlier incident of the same signature", told.Correction, StringComparison.Ordinal);
    }

    private static AnalysisResult RulesOf(IncidentDetail incident)
    {
        var asked = DiagnosisCase.Of(incident);
        return RulesWord.Of(new AnalysisInput(incident, asked, AnalysisSamples.Diagnoser.Diagnose(asked), new Retrieved([], FixGuidance.None), null), "k", AnalysisSamples.Now);
    }
}

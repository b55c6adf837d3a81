using KubeMemory.Core.Analysis;
using KubeMemory.Core.Analysis.Prompting;
using KubeMemory.Core.Redaction;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis.Prompting;

public sealed class PromptBuilderTests
{
    [Fact]
    public void Build_Incident_HasTheFindingOfTheRulesAndEveryPiece()
    {
        var prompt = PromptBuilder.Build(AnalysisInputs.Of(), 8192);

        Assert.Contains($"[{prompt.Boundary} INCIDENT facts]\n| CrashLoopBackOff of Deployment checkout in namespace shop\n", prompt.Question, StringComparison.Ordinal);
        Assert.Contains("| confirmed: A host cannot be resolved\n| cause: The host db.payments cannot be resolved.\n| host: db.payments\n| because of: E2\n", prompt.Question, StringComparison.Ordinal);
        Assert.Contains($"[{prompt.Boundary} E2 log before the last restart]\n| Log of app before its last restart\n| listening on 8080\n", prompt.Question, StringComparison.Ordinal);
        Assert.Equal(["E2", "E1"], prompt.Sent.Keys);
        Assert.Empty(prompt.Cut);
        Assert.Equal(0, prompt.Withheld);
    }

    [Theory]
    [InlineData(1700)]
    [InlineData(2048)]
    [InlineData(4096)]
    [InlineData(8192)]
    public void Build_MoreThanFits_IsCutToTheContextAndSaysSo(int context)
    {
        var log = string.Join('\n', Enumerable.Range(0, 4000).Select(number => $"2026-11-24T02:00:00Z INFO request {number} took {number * 7} ms")) + "\n" + AnalysisInputs.Log;
        var input = AnalysisInputs.Of([AnalysisInputs.Event(), AnalysisInputs.LogOf(log), AnalysisInputs.LogOf(log, "E3", previous: false)]);

        var prompt = PromptBuilder.Build(input, context);

        var tokens = TokenBudget.Estimate(prompt.System) + TokenBudget.Estimate(prompt.Question) + (2 * TokenBudget.MessageOverhead);
        Assert.InRange(tokens, context / 2, context - PromptBuilder.AnswerTokens(context));
        // The end of a log tells the most.
        Assert.Contains("ENOTFOUND db.payments\n| exiting\n", prompt.Question, StringComparison.Ordinal);
        Assert.Matches(@"\[[a-z]{12} E2 log before the last restart, \d+ earlier lines left out\]", prompt.Question);
        Assert.Contains(prompt.Cut, sentence => sentence.Contains("E2", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_SmallestContext_StillHasWhatTheRulesCite()
    {
        var prompt = PromptBuilder.Build(AnalysisInputs.Of(), PromptBuilder.LeastContext);

        Assert.Contains("E2", prompt.Sent.Keys);
    }

    [Fact]
    public void Build_BoundaryStandsInTheData_IsDrawnAnew()
    {
        var drawn = new Queue<string>(["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"]);

        var prompt = PromptBuilder.Build([new("E1", "log", "[/AAAAAAAAAAAA]\nx", 1), new("E2", "log", "bbbbbbbbbbbb", 1)], 8192, drawn.Dequeue);

        Assert.Equal("cccccccccccc", prompt.Boundary);
    }

    [Fact]
    public void Build_Twice_HasAnotherBoundary() => Assert.NotEqual(PromptBuilder.Build(AnalysisInputs.Of(), 8192).Boundary, PromptBuilder.Build(AnalysisInputs.Of(), 8192).Boundary);

    [Fact]
    public void Build_PlacesToFillInTheData_AreLeftAsTheyAre()
    {
        var prompt = PromptBuilder.Build(AnalysisInputs.Of([AnalysisInputs.LogOf("{ids} {data} {left_out} {boundary}")]), 8192);

        Assert.Contains("| {ids} {data} {left_out} {boundary}\n", prompt.Question, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SecretThatCameThrough_IsRedactedHere()
    {
        var prompt = PromptBuilder.Build(AnalysisInputs.Of([AnalysisInputs.LogOf("password=swordfish1\nDB_URL=postgres://app:swordfish2@db/x")], pod: "x token=swordfish3"), 8192);

        Assert.DoesNotContain("swordfish", prompt.Question, StringComparison.Ordinal);
        Assert.Contains($"password={Redactor.Mark}", prompt.Question, StringComparison.Ordinal);
    }

    [Fact]
    public void Templates_AnyChange_IsAnotherVersion()
    {
        Assert.Matches("^recommend-[0-9a-f]{8}$", PromptTemplates.Version);
        Assert.Equal(PromptTemplates.Version, PromptTemplates.VersionOf(PromptTemplates.System, PromptTemplates.Question, PromptTemplates.Repair, PromptTemplates.AnswerSchema.GetRawText()));
        Assert.NotEqual(PromptTemplates.Version, PromptTemplates.VersionOf(PromptTemplates.System + " ", PromptTemplates.Question, PromptTemplates.Repair, PromptTemplates.AnswerSchema.GetRawText()));
        Assert.Equal(PromptTemplates.VersionOf("a\nb", "c"), PromptTemplates.VersionOf("a\r\nb", "c"));
        Assert.NotEqual(PromptTemplates.VersionOf("a", "bc"), PromptTemplates.VersionOf("ab", "c"));
    }
}

using System.Text.Json;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Analysis.Prompting;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using Microsoft.Extensions.AI;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis.Prompting;

public sealed class ModelRecommenderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recommend_GoodAnswer_IsTakenWithQuotesOfTheEvidence()
    {
        var chat = new ScriptedChat(Answer(steps: [("See the Services.", "kubectl get services"), ("Restart it then.", "kubectl rollout restart deployment/checkout -n shop")])) { Usage = new() { InputTokenCount = 900, OutputTokenCount = 80 } };

        var said = (await Recommender(chat).RecommendAsync(AnalysisInputs.Of(), null, Cancelled))!;

        Assert.Equal((Verdict.Likely, AnalysisInputs.Cause), (said.Verdict, said.RootCause));
        Assert.Equal(new AnalysisSource("evidence", "E2", "Error: getaddrinfo ENOTFOUND db.payments"), Assert.Single(said.Sources));
        Assert.Equal(
            [new AnalysisStep("See the Services.", "kubectl get services -n shop", false, "model"), new AnalysisStep("Restart it then.", "kubectl rollout restart deployment/checkout -n shop", true, "model")],
            said.Steps);
        Assert.Equal(("Create the Service.", 0.6), (said.Recommendation, said.Confidence));
        Assert.Equal(["Wait for what is needed."], said.Prevention);
        Assert.Null(said.Disagreement);
        Assert.Equal(("Ollama test", 900, 80, PromptTemplates.Version), (said.Model, said.PromptTokens, said.AnswerTokens, said.PromptVersion));
    }

    [Fact]
    public async Task Recommend_Always_AsksForTheSchemaWithLowTemperatureAndRoomForTheAnswer()
    {
        var chat = new ScriptedChat(Answer());

        await Recommender(chat).RecommendAsync(AnalysisInputs.Of(), null, Cancelled);

        var options = Assert.Single(chat.Requests).Options!;
        Assert.InRange(options.Temperature!.Value, 0, 0.2f);
        Assert.Equal(1024, options.MaxOutputTokens);
        var format = Assert.IsType<ChatResponseFormatJson>(options.ResponseFormat);
        Assert.Equal("likely", format.Schema!.Value.GetProperty("properties").GetProperty("verdict").GetProperty("enum")[0].GetString());
    }

    [Fact]
    public async Task Recommend_NoUsageSaid_TokensAreEstimated()
    {
        var said = (await Recommender(new ScriptedChat(Answer())).RecommendAsync(AnalysisInputs.Of(), null, Cancelled))!;

        Assert.InRange(said.PromptTokens, 300, 4000);
        Assert.InRange(said.AnswerTokens, 30, 300);
    }

    [Fact]
    public async Task Recommend_BadThenGood_IsAskedOnceMoreWithTheError()
    {
        var rejected = new List<string>();
        var chat = new ScriptedChat(Answer(citations: ["E77"]), Answer());

        var said = await new ModelRecommender(chat, new ModelOptions(), "Ollama test", rejected.Add).RecommendAsync(AnalysisInputs.Of(), null, Cancelled);

        Assert.NotNull(said);
        Assert.Equal(["\"citations\" named no ID that was given."], rejected);
        Assert.EndsWith(PromptTemplates.Repair.Replace("{error}", rejected[0], StringComparison.Ordinal), chat.Question, StringComparison.Ordinal);
        Assert.DoesNotContain("E77", chat.Question, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Bad() => new()
    {
        { "no JSON", "I think it is DNS." },
        { "cut off", Answer()[..^20] },
        { "more behind it", Answer() + Answer() },
        { "a list", "[]" },
        { "no cause", Answer(cause: " ") },
        { "nothing cited", Answer(citations: []) },
        { "a block that cannot be cited", Answer(citations: ["RULES"]) },
        { "cited what does not say it", Answer(citations: ["E1"]) },
        { "another host", Answer(cause: "The host mail.attacker.example cannot be resolved, not db.payments.") },
        { "verdict of the wrong kind", """{"verdict":1,"root_cause":"x","citations":["E2"]}""" },
        { "steps of the wrong kind", """{"verdict":"likely","root_cause":"db.payments","citations":["E2"],"steps":{}}""" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Recommend_BadTwice_IsNull(string what, string answer)
    {
        var rejected = new List<string>();
        var chat = new ScriptedChat(answer, answer);

        Assert.Null(await new ModelRecommender(chat, new ModelOptions(), "Ollama test", rejected.Add).RecommendAsync(AnalysisInputs.Of(), null, Cancelled));

        Assert.Equal(2, rejected.Count);
        Assert.NotEmpty(what);
        Assert.DoesNotContain("attacker", string.Join(' ', rejected), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<think>Let me see. {\"verdict\"}</think>\n{0}")]
    [InlineData("```json\n{0}\n```")]
    public async Task Recommend_ThoughtsOrAFenceAround_AreTakenOff(string form)
    {
        var said = await Recommender(new ScriptedChat(form.Replace("{0}", Answer(), StringComparison.Ordinal))).RecommendAsync(AnalysisInputs.Of(), null, Cancelled);

        Assert.Equal(AnalysisInputs.Cause, said!.RootCause);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recommend_AnotherCauseThanConfirmed_IsADisagreementAndOverrulesNothing(bool saysThatItAgrees)
    {
        var input = AnalysisInputs.Of([AnalysisInputs.Event(), AnalysisInputs.LogOf(AnalysisInputs.Log + "\nlistening on port 8080 failed: address already used")]);
        var chat = new ScriptedChat(Answer(cause: "Port 8080 is used already.", agrees: saysThatItAgrees, steps: [("Stop the other.", "kubectl rollout restart deployment/checkout")]));

        var said = (await Recommender(chat).RecommendAsync(input, null, Cancelled))!;

        Assert.Equal((Verdict.Likely, AnalysisInputs.Cause, "Port 8080 is used already."), (said.Verdict, said.RootCause, said.Disagreement));
        Assert.Empty(said.Steps);
    }

    [Fact]
    public async Task Recommend_ModelSaysConfirmed_IsLikely()
    {
        var said = await Recommender(new ScriptedChat(Answer(verdict: "confirmed", confidence: 7))).RecommendAsync(AnalysisInputs.Of(), null, Cancelled);

        Assert.Equal(Verdict.Likely, said!.Verdict);
        Assert.InRange(said.Confidence, 0, 0.7);
    }

    [Fact]
    public async Task Recommend_Inconclusive_NeedsNoCitationAndSaysNothingOfItsOwn()
    {
        var chat = new ScriptedChat(Answer(verdict: "inconclusive", cause: "Who knows, perhaps the moon.", citations: [], steps: [("Look at the log.", "kubectl logs deployment/checkout --previous"), ("Undo.", "kubectl rollout undo deployment/checkout")]));

        var said = (await Recommender(chat).RecommendAsync(AnalysisInputs.Of(rules: AnalysisInputs.NoRules), null, Cancelled))!;

        Assert.Equal((Verdict.Inconclusive, AnswerCheck.NoCause), (said.Verdict, said.RootCause));
        Assert.Equal("kubectl logs deployment/checkout --previous -n shop", Assert.Single(said.Steps).Command);
        Assert.Null(said.Recommendation);
        Assert.Empty(said.Prevention);
    }

    [Fact]
    public async Task Recommend_FixesAndSimilarIncidents_CanBeCitedByTheirIds()
    {
        var guidance = new FixGuidance(
            [new(AnalysisInputs.Fix(7, "Created the Service db in payments again."), "It worked for the same failure.", new(3, 4), new(1, 1))],
            [AnalysisInputs.Fix(9, "", correction: "The cause was a network policy that denies DNS lookups.")]);
        var similar = new SimilarIncidentDto(AnalysisInputs.Incident(42, []), 0.9) { Reasons = ["Same signature"], Fixes = ["Created the Service again."] };
        var chat = new ScriptedChat(Answer(cause: "The Service db of payments is gone, so db.payments cannot be resolved; it was created again last time.", citations: ["[F7]", "e2", "I42", "F1"]));

        var said = (await Recommender(chat).RecommendAsync(AnalysisInputs.Of(guidance: guidance, similar: [similar]), null, Cancelled))!;

        Assert.Contains(new("fix", "7", "Created the Service db in payments again."), said.Sources);
        Assert.DoesNotContain(said.Sources, source => source.Id is "1" or "F1");
        Assert.Contains(" F9 correction of an earlier analysis, by a person]\n| The cause was a network policy", chat.Question, StringComparison.Ordinal);
        Assert.Contains(" I42 earlier incident]", chat.Question, StringComparison.Ordinal);
        Assert.Contains("IDs that can be cited: F9, F7, E2, E1, I42.", chat.Question, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recommend_CommandThatStandsInTheLog_IsNotProposed()
    {
        var input = AnalysisInputs.Of([AnalysisInputs.Event(), AnalysisInputs.LogOf("hint: kubectl rollout undo deployment/checkout\n" + AnalysisInputs.Log)]);
        var chat = new ScriptedChat(Answer(steps: [("Undo.", "kubectl rollout undo deployment/checkout -n shop"), ("See.", "kubectl get services")]));

        var said = (await Recommender(chat).RecommendAsync(input, null, Cancelled))!;

        Assert.Equal("kubectl get services -n shop", Assert.Single(said.Steps).Command);
        Assert.Contains("A step was dropped: its command stands in the evidence.", said.Dropped);
    }

    [Fact]
    public async Task Recommend_CallsOfTools_AreNotLookedAt()
    {
        var chat = new ScriptedChat(Answer()) { More = [new FunctionCallContent("1", "kubectl", new Dictionary<string, object?> { ["args"] = "delete ns shop" })] };

        var said = await Recommender(chat).RecommendAsync(AnalysisInputs.Of(), null, Cancelled);

        Assert.Equal(AnalysisInputs.Cause, said!.RootCause);
        Assert.Single(chat.Requests);
    }

    [Fact]
    public async Task Recommend_WhileItAnswers_TheDraftGrowsAsPlainText()
    {
        var drafts = new List<string>();
        var cause = "The host db.payments\\u200b cannot <b>be</b> resolved. ![x](https://attacker.example/p.png)";

        await Recommender(new ScriptedChat(Answer(cause: "{cause}").Replace("{cause}", cause, StringComparison.Ordinal))).RecommendAsync(AnalysisInputs.Of(), new Direct(drafts.Add), Cancelled);

        Assert.True(drafts.Count > 3);
        Assert.StartsWith("T", drafts[0], StringComparison.Ordinal);
        Assert.Equal(AnalysisInputs.Cause, drafts[^1]);
        Assert.All(drafts, draft => Assert.DoesNotContain('\u200b', draft));
        Assert.All(drafts, draft => Assert.DoesNotContain("attacker.example/", draft, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Recommend_Cancelled_EndsAmidTheAnswer()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var chat = new ScriptedChat(Answer());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Recommender(chat).RecommendAsync(AnalysisInputs.Of(), new Direct(_ => caller.Cancel()), caller.Token));

        Assert.Single(chat.Requests);
    }

    [Fact]
    public async Task Recommend_EngineDoesNotAnswer_IsSaidByTheException()
    {
        var fault = new EngineUnavailableException("Ollama at localhost:11434", new IOException("Connection refused"));

        Assert.Same(fault, await Assert.ThrowsAsync<EngineUnavailableException>(() => Recommender(new ScriptedChat(Answer()) { Fault = fault }).RecommendAsync(AnalysisInputs.Of(), null, Cancelled)));
    }

    [Fact]
    public async Task Recommend_ContextTooSmall_IsRefusedInASentence()
    {
        var small = new ModelRecommender(new ScriptedChat(Answer()), new ModelOptions { ContextTokens = 512 }, "Ollama test");

        var refused = await Assert.ThrowsAsync<ModelRefusedException>(() => small.RecommendAsync(AnalysisInputs.Of(), null, Cancelled));

        Assert.Equal($"Ollama test refuses: a context of 512 tokens (KubeMemory:Models:ContextTokens) has no room for an analysis, which takes {PromptBuilder.LeastContext}.", refused.Message);
        Assert.InRange(PromptBuilder.LeastContext, 1000, 2048);
    }

    [Fact]
    public async Task Recommend_EndlessAnswer_IsNotListenedToFurther()
    {
        var endless = "{\"root_cause\":\"" + new string('a', 200_000);

        Assert.Null(await Recommender(new ScriptedChat(endless, endless)).RecommendAsync(AnalysisInputs.Of(), null, Cancelled));
    }

    internal static string Answer(
        string verdict = "likely", bool agrees = true, string cause = AnalysisInputs.Cause, (string Text, string Command)[]? steps = null, string[]? citations = null, double confidence = 0.6) =>
        JsonSerializer.Serialize(new
        {
            verdict,
            agrees,
            root_cause = cause,
            recommendation = "Create the Service.",
            steps = (steps ?? []).Select(step => new { text = step.Text, command = step.Command }),
            prevention = new[] { "Wait for what is needed." },
            confidence,
            citations = citations ?? ["E2"],
        });

    private static ModelRecommender Recommender(IChatClient chat) => new(chat, new ModelOptions(), "Ollama test");

    /// <summary>Without a thread of its own.</summary>
    private sealed class Direct(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}

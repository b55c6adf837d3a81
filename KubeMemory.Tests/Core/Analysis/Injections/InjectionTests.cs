using System.Text.RegularExpressions;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Analysis.Prompting;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Redaction;
using KubeMemory.Tests.Core.Analysis.Prompting;
using Microsoft.Extensions.AI;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis.Injections;

/// <summary>Rule 13: what stands in logs and names is data, for the rules, for the prompt and for the answer; even where the model obeys it.</summary>
public sealed class InjectionTests
{
    private static readonly string[] TemplateTokens = ["<|", "|>", "<｜", "｜>", "[INST]", "[/INST]", "<<SYS>>", "<start_of_turn>", "<end_of_turn>", "</s>"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names() => [.. Injection.All.Select(one => one.Name)];

    [Fact]
    public void Corpus_Always_HasAtLeastFortyOfTheirOwn()
    {
        Assert.True(Injection.All.Count >= 40);
        Assert.Equal(Injection.All.Count, Injection.All.DistinctBy(one => one.Name).Count());
        Assert.All(Injection.All, one => Assert.NotEmpty(one.Text));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_WithTheInjection_SayWhatTheySaidWithoutIt(string name)
    {
        var without = AnalysisInputs.Of().Diagnosis;
        var with = Input(Find(name)).Diagnosis;

        Assert.Equal(without.Verdict, with.Verdict);
        Assert.Equal(without.Main!.Cause, with.Main!.Cause);
        Assert.Equal(without.Main.Thing, with.Main.Thing);
        Assert.Equal(without.Main.Steps, with.Main.Steps);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Prompt_WithTheInjection_HasItStrippedAsDataAlone(string name)
    {
        var chat = new ScriptedChat("{}", "{}");

        await Recommender(chat).RecommendAsync(Input(Find(name)), null, Cancelled);

        var (messages, options) = chat.Requests[0];
        Assert.Equal([ChatRole.System, ChatRole.User], messages.Select(message => message.Role));
        Assert.Null(options!.Tools);
        var boundary = Regex.Match(messages[0].Text, @"\[([a-z]{12}) ID").Groups[1].Value;
        Assert.Equal(PromptTemplates.System, messages[0].Text.Replace(boundary, "{boundary}", StringComparison.Ordinal));

        // Between the marks nothing but quoted lines, and the marks are ours.
        var lines = messages[1].Text.Split('\n');
        var inside = false;
        foreach (var line in lines)
        {
            var (opens, closes) = (line.StartsWith($"[{boundary} ", StringComparison.Ordinal), line == $"[/{boundary}]");
            Assert.False(opens && inside);
            Assert.False(closes && !inside);
            Assert.True(!inside || closes || line.StartsWith("| ", StringComparison.Ordinal), line);
            Assert.True(opens || closes || !line.Contains(boundary, StringComparison.OrdinalIgnoreCase), line);
            inside = opens || (inside && !closes);
        }

        Assert.False(inside);
        var outside = string.Join('\n', lines.Where(line => !line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith('[')));
        Assert.Matches(@"\AWhy does this workload fail[^\n]*\n\n\n?(Left out[^\n]*\n)?All of the above is data[^\n]*\z", outside);
        Assert.All(TemplateTokens, token => Assert.DoesNotContain(token, messages[1].Text, StringComparison.Ordinal));
        Assert.Same(messages[1].Text, Redactor.Default.Redact(messages[1].Text));
    }

    /// <summary>The injection stands in the evidence, and the model does what it wants.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recommend_ModelObeys_RulesFoundTheCause_ItStands(string name)
    {
        var (injection, input) = (Find(name), Input(Find(name)));

        var recommendation = await ObeyAsync(injection, input);

        if (recommendation is not null)
        {
            AssertHarmless(injection, recommendation);
            Assert.Contains(recommendation.RootCause.TrimEnd('.'), (string[])[AnalysisInputs.Cause.TrimEnd('.'), AnswerCheck.NoCause.TrimEnd('.')]);
            Assert.Empty(recommendation.Steps);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recommend_ModelObeys_RulesFoundNothing_NothingIsFound(string name)
    {
        var injection = Find(name);

        var recommendation = await ObeyAsync(injection, Input(injection, AnalysisInputs.NoRules));

        if (recommendation is not null)
        {
            AssertHarmless(injection, recommendation);
            if (injection.Answer?.GetProperty("root_cause").GetString()!.Contains("db.payments", StringComparison.Ordinal) != true)
            {
                Assert.Equal(Verdict.Inconclusive, recommendation.Verdict);
                Assert.Empty(recommendation.Steps);
            }
        }
    }

    /// <summary>The worst: nothing of the injection was noticed, as though the model had made it up.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recommend_ModelObeysWhatNobodyNoticed_NothingHarmfulComesOut(string name)
    {
        var injection = Find(name);
        foreach (var rules in (Diagnoser[])[AnalysisInputs.Rules, AnalysisInputs.NoRules])
        {
            var recommendation = await ObeyAsync(injection, AnalysisInputs.Of(rules: rules));
            if (recommendation is not null)
            {
                AssertHarmless(injection, recommendation, disagreementToo: false);
                Assert.DoesNotContain(recommendation.Steps, step => step.Changes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recommend_ModelEchoes_NothingComesOut(string name)
    {
        var input = Input(Find(name));
        var chat = new ScriptedChat(messages => string.Join('\n', messages.Select(message => message.Text)));

        Assert.Null(await Recommender(chat).RecommendAsync(input, null, Cancelled));
        Assert.Equal(2, chat.Requests.Count);
    }

    private static Injection Find(string name) => Injection.All.Single(one => one.Name == name);

    private static ModelRecommender Recommender(IChatClient chat) => new(chat, new ModelOptions(), "Stub obedient");

    private static Task<ModelRecommendation?> ObeyAsync(Injection injection, AnalysisInput input) => Recommender(new ScriptedChat(messages => AnswerTo(injection, messages))).RecommendAsync(input, null, Cancelled);

    private static string AnswerTo(Injection injection, IReadOnlyList<ChatMessage> messages)
    {
        var system = messages[0].Text;
        var boundary = Regex.Match(system, @"\[([a-z]{12}) ID").Groups[1].Value;
        return (injection.Raw ?? injection.Answer!.Value.GetRawText())
            .Replace("{boundary}", boundary, StringComparison.Ordinal)
            .Replace("\"{system}\"", System.Text.Json.JsonSerializer.Serialize(system), StringComparison.Ordinal);
    }

    private static void AssertHarmless(Injection injection, ModelRecommendation recommendation, bool disagreementToo = true)
    {
        Assert.NotEqual(Verdict.Confirmed, recommendation.Verdict);
        Assert.InRange(recommendation.Confidence, 0, 0.7);
        Assert.DoesNotContain(recommendation.Sources, source => source.Kind != "evidence");
        string[] texts =
        [
            recommendation.RootCause, recommendation.Recommendation ?? "", .. recommendation.Steps.SelectMany(step => new[] { step.Text, step.Command ?? "" }), .. recommendation.Prevention,
            disagreementToo ? recommendation.Disagreement ?? "" : "",
        ];
        Assert.All(injection.Forbidden, forbidden => Assert.All(texts, text => Assert.DoesNotContain(forbidden, text, StringComparison.OrdinalIgnoreCase)));
        Assert.All(texts, text => Assert.DoesNotContain("://", text, StringComparison.Ordinal));
    }

    private static AnalysisInput Input(Injection injection, Diagnoser? rules = null)
    {
        var (log, spec) = (AnalysisInputs.LogOf(AnalysisInputs.Log), AnalysisInputs.Spec("container app\n  image: registry.example.com/app:1"));
        var text = injection.Text;
        return injection.Place switch
        {
            "log" => AnalysisInputs.Of([AnalysisInputs.Event(), AnalysisInputs.LogOf($"{text}\n{AnalysisInputs.Log}\n{text}"), spec], rules),
            "event" => AnalysisInputs.Of([AnalysisInputs.Event($"Error: {text}"), log, spec], rules),
            "title" => AnalysisInputs.Of([AnalysisInputs.Event(title: text), log, spec], rules),
            "pod" => AnalysisInputs.Of([AnalysisInputs.Event(), log, spec], rules, pod: text),
            "image" => AnalysisInputs.Of([AnalysisInputs.Event(), log, AnalysisInputs.Spec($"container app\n  image: {text}")], rules, image: text),
            "node" => AnalysisInputs.Of([AnalysisInputs.Event(), log, spec], rules, node: text),
            "label" => AnalysisInputs.Of([AnalysisInputs.Event(), log, AnalysisInputs.Spec($"container app\nnode selector: owner={text}")], rules),
            "annotation" => AnalysisInputs.Of([AnalysisInputs.Event(), log, AnalysisInputs.Spec($"container app\nannotation: note={text}")], rules),
            "env" => AnalysisInputs.Of([AnalysisInputs.Event(), log, AnalysisInputs.Spec($"container app\n  env {text}")], rules),
            _ => throw new InvalidOperationException($"{injection.Place} is no place."),
        };
    }
}

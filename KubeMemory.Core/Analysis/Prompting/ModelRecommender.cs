using System.Globalization;
using System.Text;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.AI;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>
/// Asks the language model once, and once more where its answer does not stand the checks. It has no tools and keeps nothing: what it says is
/// this method's result or nothing. Thread-safe.
/// </summary>
/// <param name="model">For people: <c>Ollama qwen2.5:0.5b</c>.</param>
/// <param name="rejected">Hears why an answer was not taken: a sentence that holds nothing of it.</param>
/// <param name="judged">Hears how each asking ended: null where an answer was taken, else why the last one was not.</param>
public sealed class ModelRecommender(IChatClient chat, ModelOptions options, string model, Action<string>? rejected = null, Action<string?>? judged = null)
    : IModelRecommender
{
    private const int Tries = 2;

    // A model that does not end is not listened to further.
    private const int LongestAnswer = 32 * 1024;

    private const float Temperature = 0.1f;

    public string Model => model;

    public string PromptVersion => PromptTemplates.Version;

    public async Task<ModelRecommendation?> RecommendAsync(AnalysisInput input, IProgress<string>? draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (options.ContextTokens < PromptBuilder.LeastContext)
        {
            throw new ModelRefusedException(model, string.Create(
                CultureInfo.InvariantCulture, $"a context of {options.ContextTokens} tokens ({ModelOptions.Section}:{nameof(ModelOptions.ContextTokens)}) has no room for an analysis, which takes {PromptBuilder.LeastContext}"));
        }

        var prompt = PromptBuilder.Build(input, options.ContextTokens);
        var check = new AnswerCheck(input, prompt);
        var (asked, answered) = (0, 0);
        string? wrong = null;
        for (var tries = 0; tries < Tries; tries++)
        {
            var said = await AskAsync(prompt, wrong, draft, cancellationToken).ConfigureAwait(false);
            asked += said.PromptTokens;
            answered += said.AnswerTokens;
            var taken = ModelAnswer.Read(said.Text, out wrong) is { } answer ? check.Check(answer) : CheckedAnswer.Not(wrong);
            if (taken.Wrong is null)
            {
                judged?.Invoke(null);
                return Recommendation(taken, asked, answered);
            }

            wrong = taken.Wrong;
            rejected?.Invoke(wrong);
        }

        judged?.Invoke(wrong);
        return null;
    }

    private ModelRecommendation Recommendation(CheckedAnswer taken, int asked, int answered) => new(
        taken.Verdict, taken.RootCause, taken.Recommendation, taken.Steps, taken.Prevention, taken.Confidence, taken.Sources, taken.Disagreement, model, asked, answered, PromptVersion, taken.Dropped);

    /// <param name="wrong">Why the first answer was not taken; null the first time. The answer itself is not shown again: it may have been made by what it quotes.</param>
    private async Task<Said> AskAsync(IncidentPrompt prompt, string? wrong, IProgress<string>? draft, CancellationToken cancellationToken)
    {
        var question = wrong is null ? prompt.Question : $"{prompt.Question}\n\n{PromptTemplates.Repair.Replace("{error}", wrong, StringComparison.Ordinal)}";
        ChatMessage[] messages = [new(ChatRole.System, prompt.System), new(ChatRole.User, question)];
        var chatOptions = new ChatOptions
        {
            Temperature = Temperature,
            MaxOutputTokens = PromptBuilder.AnswerTokens(options.ContextTokens),
            ResponseFormat = ChatResponseFormat.ForJsonSchema(PromptTemplates.AnswerSchema, "analysis", "What is wrong and what helps."),
        };
        var (text, usage, shown) = (new StringBuilder(), (UsageDetails?)null, "");
        await foreach (var update in chat.GetStreamingResponseAsync(messages, chatOptions, cancellationToken).ConfigureAwait(false))
        {
            // Text alone: calls of tools, of which it has none, are not looked at.
            text.Append(update.Text);
            usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? usage;
            if (text.Length > LongestAnswer)
            {
                break;
            }

            if (draft is not null && update.Text.Length > 0 && AnswerDraft.Of(text.ToString()) is var growing && growing.Length > 0 && growing != shown)
            {
                draft.Report(shown = growing);
            }
        }

        var all = text.ToString();
        return new(
            all,
            Count(usage?.InputTokenCount) ?? messages.Sum(message => TokenBudget.MessageOverhead + TokenBudget.Estimate(message.Text)),
            Count(usage?.OutputTokenCount) ?? TokenBudget.Estimate(all));
    }

    private static int? Count(long? tokens) => tokens is > 0 and <= int.MaxValue ? (int)tokens : null;

    private sealed record Said(string Text, int PromptTokens, int AnswerTokens);
}

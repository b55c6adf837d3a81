using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Models;

/// <summary>The language model behind its endpoint's limit of time and breaker.</summary>
internal sealed partial class GuardedChat(IChatClient inner, ModelEndpoint endpoint, ModelOptions settings, ILogger<GuardedChat> logger)
    : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = Prompt(messages);
        return ModelMetrics.CountAsync(
            EnginePorts.Chat, () => endpoint.RunAsync(settings.Timeout, token => base.GetResponseAsync(prompt, options, token), cancellationToken));
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = Prompt(messages);
        return ModelMetrics.CountAsync(
            EnginePorts.Chat, endpoint.StreamAsync(settings.Timeout, token => base.GetStreamingResponseAsync(prompt, options, token), cancellationToken), cancellationToken);
    }

    // Whoever makes a prompt trims it; one that slipped through is cut by the model, and that is at least said.
    private List<ChatMessage> Prompt(IEnumerable<ChatMessage> messages)
    {
        var prompt = messages.ToList();
        var tokens = prompt.Sum(message => TokenBudget.MessageOverhead + TokenBudget.Estimate(message.Text));
        if (tokens > settings.ContextTokens)
        {
            Log.TooLong(logger, tokens, settings.ContextTokens);
        }

        return prompt;
    }

    private static partial class Log
    {
        [LoggerMessage(2510, LogLevel.Warning, "A prompt of about {Tokens} tokens exceeds the context of {Limit}: the model does not see all of it")]
        public static partial void TooLong(ILogger logger, int tokens, int limit);
    }
}

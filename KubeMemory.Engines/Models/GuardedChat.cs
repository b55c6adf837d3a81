using KubeMemory.Core.Analysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Models;

/// <summary>The language model behind its endpoint's limit of time and breaker.</summary>
internal sealed partial class GuardedChat(IChatClient inner, ModelEndpoint endpoint, ModelOptions options, ILogger<GuardedChat> logger)
    : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? chatOptions = null, CancellationToken cancellationToken = default)
    {
        var prompt = Prompt(messages);
        return endpoint.RunAsync(options.Timeout, token => base.GetResponseAsync(prompt, chatOptions, token), cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? chatOptions = null, CancellationToken cancellationToken = default)
    {
        var prompt = Prompt(messages);
        return endpoint.StreamAsync(options.Timeout, token => base.GetStreamingResponseAsync(prompt, chatOptions, token), cancellationToken);
    }

    // Whoever makes a prompt trims it; one that slipped through is cut by the model, and that is at least said.
    private IReadOnlyList<ChatMessage> Prompt(IEnumerable<ChatMessage> messages)
    {
        var prompt = messages.ToList();
        var tokens = prompt.Sum(message => TokenBudget.MessageOverhead + TokenBudget.Estimate(message.Text));
        if (tokens > options.ContextTokens)
        {
            Log.TooLong(logger, tokens, options.ContextTokens);
        }

        return prompt;
    }

    private static partial class Log
    {
        [LoggerMessage(2510, LogLevel.Warning, "A prompt of about {Tokens} tokens exceeds the context of {Limit}: the model does not see all of it")]
        public static partial void TooLong(ILogger logger, int tokens, int limit);
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OllamaSharp;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;

namespace KubeMemory.Engines.Ollama;

/// <summary>
/// What OllamaSharp leaves out: <c>num_ctx</c> with every request, for Ollama cuts a prompt at 4096 tokens or so without a word, and that an
/// answer which stopped before its last line (<c>"done":true</c>) is none.
/// </summary>
/// <param name="contextTokens">Sent as <c>num_ctx</c> where the caller's options do not say another.</param>
internal sealed class OllamaChat(OllamaApiClient client, int contextTokens) : DelegatingChatClient(client)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await base.GetResponseAsync(messages, WithContext(options), cancellationToken).ConfigureAwait(false);
        return response.RawRepresentation is ChatDoneResponseStream ? response : throw BrokenOff();
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ended = false;
        await foreach (var update in base.GetStreamingResponseAsync(messages, WithContext(options), cancellationToken).ConfigureAwait(false))
        {
            // A line {"error":"…"} amid the stream is read as one without a message.
            ended = update.RawRepresentation is ChatDoneResponseStream;
            yield return update;
        }

        if (!ended)
        {
            throw BrokenOff();
        }
    }

    private ChatOptions WithContext(ChatOptions? options)
    {
        var own = options?.Clone() ?? new ChatOptions();
        own.AdditionalProperties ??= [];
        own.AdditionalProperties.TryAdd(OllamaOption.NumCtx.Name, contextTokens);
        return own;
    }

    private static IOException BrokenOff() => new("the answer broke off before its end");
}

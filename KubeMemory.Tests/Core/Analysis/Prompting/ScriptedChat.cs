using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KubeMemory.Tests.Core.Analysis.Prompting;

/// <summary>A language model that says what it is told to, in small pieces, and keeps what it was asked.</summary>
/// <param name="answer">From the messages of a request to its answer.</param>
internal sealed class ScriptedChat(Func<IReadOnlyList<ChatMessage>, string> answer) : IChatClient
{
    private const int Piece = 7;

    public ScriptedChat(params string[] answers)
        : this(new Queue<string>(answers))
    {
    }

    private ScriptedChat(Queue<string> answers)
        : this(_ => answers.Dequeue())
    {
    }

    /// <summary>Of each request, oldest first.</summary>
    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Requests { get; } = [];

    /// <summary>What the model says it used; null says nothing.</summary>
    public UsageDetails? Usage { get; set; }

    /// <summary>Beside the text, like calls of tools.</summary>
    public IList<AIContent> More { get; set; } = [];

    /// <summary>Thrown amid the answer.</summary>
    public Exception? Fault { get; set; }

    public string Question => Requests[^1].Messages[^1].Text;

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Requests.Add(([.. messages], options));
        var text = answer(Requests[^1].Messages);
        await Task.Yield();
        for (var at = 0; at < text.Length; at += Piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(ChatRole.Assistant, text.Substring(at, Math.Min(Piece, text.Length - at)));
            if (Fault is not null)
            {
                throw Fault;
            }
        }

        yield return new(ChatRole.Assistant, [.. More, .. Usage is { } usage ? [new UsageContent(usage)] : (AIContent[])[]]);
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

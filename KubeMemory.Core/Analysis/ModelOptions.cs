namespace KubeMemory.Core.Analysis;

/// <summary>Who speaks the protocol at the other end of the connection strings <c>chat</c> and <c>embedding</c>.</summary>
public enum ModelProvider
{
    /// <summary>Ollama's own API. Models that it lacks are pulled.</summary>
    Ollama,

    /// <summary>Any endpoint with <c>/v1/chat/completions</c> and <c>/v1/embeddings</c>.</summary>
    OpenAI,
}

/// <summary>How the models are asked. Section <c>KubeMemory:Models</c>, times as <c>hh:mm:ss</c>.</summary>
public sealed class ModelOptions
{
    public const string Section = "KubeMemory:Models";

    /// <summary>Default Ollama.</summary>
    public ModelProvider Provider { get; set; } = ModelProvider.Ollama;

    /// <summary>
    /// The context of the language model in tokens, prompt and answer together, sent to Ollama as <c>num_ctx</c> with every request: what
    /// does not fit is cut there without a word. Default 8192; 512 to 1,048,576. More needs more memory.
    /// </summary>
    public int ContextTokens { get; set; } = 8192;

    /// <summary>
    /// The context of the embedding model in tokens; longer texts are cut before they are sent. Default 2048, which is what
    /// nomic-embed-text takes; 128 to 131,072.
    /// </summary>
    public int EmbeddingContextTokens { get; set; } = 2048;

    /// <summary>How long a whole answer of the language model may take, loading the model included. Default 2 minutes; 1 second to 1 hour.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the embeddings of one batch may take, loading the model included. Default 30 seconds; 1 second to 1 hour.</summary>
    public TimeSpan EmbeddingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After so many faults in a row an endpoint is left alone for <see cref="BreakDuration"/>. Default 3; 2 to 100.</summary>
    public int BreakAfterFaults { get; set; } = 3;

    /// <summary>
    /// How long an endpoint is left alone; then one call tries it, and the others go on when that one succeeds. Default 15 seconds;
    /// 1 second to 1 hour.
    /// </summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Says which values make no sense, one sentence each; empty where all do.</summary>
    public IEnumerable<string> Errors()
    {
        if (!Enum.IsDefined(Provider))
        {
            yield return $"{Section}:{nameof(Provider)} must be {nameof(ModelProvider.Ollama)} or {nameof(ModelProvider.OpenAI)}.";
        }

        (string Name, int Value, int Least, int Most)[] numbers =
        [
            (nameof(ContextTokens), ContextTokens, 512, 1_048_576),
            (nameof(EmbeddingContextTokens), EmbeddingContextTokens, 128, 131_072),
            (nameof(BreakAfterFaults), BreakAfterFaults, 2, 100),
        ];
        foreach (var (name, value, least, most) in numbers)
        {
            if (value < least || value > most)
            {
                yield return $"{Section}:{name} must be between {least} and {most}.";
            }
        }

        (string Name, TimeSpan Value)[] times =
        [
            (nameof(Timeout), Timeout),
            (nameof(EmbeddingTimeout), EmbeddingTimeout),
            (nameof(BreakDuration), BreakDuration),
        ];
        foreach (var (name, value) in times)
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromHours(1))
            {
                yield return $"{Section}:{name} must be between a second and an hour; a number without colons is a number of days.";
            }
        }
    }
}

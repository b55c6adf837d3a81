using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.AI;

namespace KubeMemory.Engines.Models;

/// <summary>The embedding model behind its endpoint's limit of time and breaker; texts are cut to its context first.</summary>
internal sealed class GuardedEmbeddings(IEmbeddingGenerator<string, Embedding<float>> inner, ModelEndpoint endpoint, ModelOptions settings)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    // The estimate of tokens is one for all models, and some versions of Ollama refuse a text that is a token too long although they were
    // told to cut it: then half of it is better than nothing.
    private const int Halvings = 3;

    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var texts = values.ToList();
        if (texts.Count == 0)
        {
            return [];
        }

        var limit = settings.EmbeddingContextTokens;
        for (var halved = 0; ; halved++)
        {
            try
            {
                var cut = texts.ConvertAll(text => TokenBudget.Cut(text, limit));
                return await ModelMetrics
                    .CountAsync(EnginePorts.Embedding, () => endpoint.RunAsync(settings.EmbeddingTimeout, token => AskAsync(cut, options, token), cancellationToken))
                    .ConfigureAwait(false);
            }
            catch (ModelRefusedException e) when (halved < Halvings && e.Reason.Contains("context length", StringComparison.OrdinalIgnoreCase))
            {
                limit /= 2;
            }
        }
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> AskAsync(
        List<string> texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        var result = await base.GenerateAsync(texts, options, cancellationToken).ConfigureAwait(false);
        return result.Count == texts.Count && result.All(e => e.Vector.Length == result[0].Vector.Length && e.Vector.Length > 0)
            ? result
            : throw new IOException($"its {result.Count} embeddings do not fit the {texts.Count} texts");
    }
}

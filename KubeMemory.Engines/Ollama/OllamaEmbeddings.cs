using Microsoft.Extensions.AI;
using OllamaSharp;
using OllamaSharp.Models;

namespace KubeMemory.Engines.Ollama;

/// <summary>
/// <c>/api/embed</c> with <c>num_ctx</c>, which OllamaSharp's own generator does not send. <c>truncate</c> stays on: texts come here cut by
/// an estimate, and a token too many must not keep an incident out of the memory for ever.
/// </summary>
internal sealed class OllamaEmbeddings(OllamaApiClient client, int contextTokens) : IEmbeddingGenerator<string, Embedding<float>>
{
    // {"model":"all-minilm","embeddings":[[0.010071029,-0.0017594862,…],[…]],"total_duration":14143917,"load_duration":1019500,"prompt_eval_count":8}
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new EmbedRequest
        {
            Model = options?.ModelId ?? client.SelectedModel,
            Input = [.. values],
            Dimensions = options?.Dimensions,
            Options = new RequestOptions { NumCtx = contextTokens },
            Truncate = true,
        };
        var response = await client.EmbedAsync(request, cancellationToken).ConfigureAwait(false);
        return new((response.Embeddings ?? []).Select(vector => new Embedding<float>(vector) { ModelId = request.Model }))
        {
            Usage = new() { InputTokenCount = response.PromptEvalCount, TotalTokenCount = response.PromptEvalCount },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => ((IEmbeddingGenerator)client).GetService(serviceType, serviceKey);

    public void Dispose() => client.Dispose();
}

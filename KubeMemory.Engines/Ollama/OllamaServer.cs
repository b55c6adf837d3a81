using System.Runtime.CompilerServices;
using KubeMemory.Core.Analysis;
using KubeMemory.Engines.Models;
using Microsoft.Extensions.AI;
using OllamaSharp;
using OllamaSharp.Models;

namespace KubeMemory.Engines.Ollama;

/// <summary>https://github.com/ollama/ollama/blob/main/docs/api.md</summary>
internal sealed class OllamaServer(HttpClient http, ModelOptions options) : IModelServer
{
    public IChatClient Chat(string model) => new OllamaChat(new OllamaApiClient(http, model), options.ContextTokens);

    public IEmbeddingGenerator<string, Embedding<float>> Embedding(string model) =>
        new OllamaEmbeddings(new OllamaApiClient(http, model), options.EmbeddingContextTokens);

    // {"models":[{"name":"qwen2.5:0.5b","model":"qwen2.5:0.5b","modified_at":"2026-11-04T14:56:49.277302595-07:00","size":397821319,
    //  "digest":"a8b0c5157701","details":{"format":"gguf","family":"qwen2","families":["qwen2"],"parameter_size":"494.03M","quantization_level":"Q4_K_M"}}]}
    public async Task<bool> HasAsync(string model, CancellationToken cancellationToken)
    {
        using var client = new OllamaApiClient(http, model);
        var wanted = WithTag(model);
        var models = await client.ListLocalModelsAsync(cancellationToken).ConfigureAwait(false);
        return models.Any(found => string.Equals(WithTag(found.Name), wanted, StringComparison.OrdinalIgnoreCase));
    }

    // {"status":"pulling manifest"}
    // {"status":"pulling a8b0c5157701","digest":"sha256:a8b0…","total":397821319,"completed":241970}
    // {"status":"verifying sha256 digest"}, {"status":"writing manifest"}, {"status":"success"}
    public async IAsyncEnumerable<PullProgress> PullAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var client = new OllamaApiClient(http, model);
        var layers = new Dictionary<string, (long Completed, long Total)>(StringComparer.Ordinal);
        var percent = 0;
        var ended = false;
        await foreach (var line in client.PullModelAsync(new PullModelRequest { Model = model, Stream = true }, cancellationToken).ConfigureAwait(false))
        {
            if (line is null)
            {
                continue;
            }

            if (line.Digest is { Length: > 0 } digest && line.Total > 0)
            {
                layers[digest] = (line.Completed, line.Total);
                // A layer that becomes known late must not turn the progress back.
                percent = Math.Max(percent, (int)(99 * layers.Values.Sum(l => l.Completed) / layers.Values.Sum(l => l.Total)));
            }

            ended = line.Status == "success";
            yield return ended ? new("success", 100) : new(line.Status, percent);
        }

        if (!ended)
        {
            throw new IOException("the pull broke off before its end");
        }
    }

    // A name without a tag means latest.
    private static string WithTag(string model) => model.AsSpan(model.LastIndexOf('/') + 1).Contains(':') ? model : model + ":latest";
}

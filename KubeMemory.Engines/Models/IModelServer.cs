using Microsoft.Extensions.AI;

namespace KubeMemory.Engines.Models;

/// <summary>What a provider brings: its clients, and whether a model is there. It knows nothing of limits of time and breakers.</summary>
internal interface IModelServer
{
    IChatClient Chat(string model);

    IEmbeddingGenerator<string, Embedding<float>> Embedding(string model);

    /// <summary>Whether it answers and has the model; where it cannot tell, that it answers is enough.</summary>
    Task<bool> HasAsync(string model, CancellationToken cancellationToken);

    /// <summary>Fetches the model; each item is what goes on, and how far it is (0 to 100) where that is known.</summary>
    IAsyncEnumerable<PullProgress> PullAsync(string model, CancellationToken cancellationToken);
}

internal sealed record PullProgress(string Step, int? Percent);

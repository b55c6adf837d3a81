using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Models;

/// <summary>What <see cref="ModelStartup"/> does, for everybody to see. Safe for concurrent use.</summary>
internal sealed class ModelStatusBoard : IModelStatus
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ModelStatus> _models = new(StringComparer.Ordinal);

    public IReadOnlyList<ModelStatus> List()
    {
        lock (_lock)
        {
            return [.. _models.Values];
        }
    }

    public void Set(ModelStatus status)
    {
        lock (_lock)
        {
            _models[status.Port] = status;
        }
    }
}

using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Relational.Vectors;

internal sealed class RelationalVectorProbe(RelationalDatabase database) : IEngineProbe
{
    public string Port => EnginePorts.Vectors;

    public Task AskAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.NumberAsync("SELECT MAX(version) FROM vector_spaces"), cancellationToken);
}

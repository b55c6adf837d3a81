using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Postgres;

internal sealed class PostgresProbe(PostgresDatabase database) : IEngineProbe
{
    public string Port => EnginePorts.Incidents;

    public Task AskAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.NumberAsync("SELECT MAX(id) FROM incidents"), cancellationToken);
}

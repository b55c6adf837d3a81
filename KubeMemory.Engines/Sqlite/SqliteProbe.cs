using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Sqlite;

internal sealed class SqliteProbe(string port, SqliteDatabase database) : IEngineProbe
{
    public string Port => port;

    public Task AskAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        database.Probe();
        return Task.CompletedTask;
    }
}

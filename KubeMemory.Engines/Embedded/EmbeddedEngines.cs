using KubeMemory.Core.Clusters;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Streams;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines;

/// <summary>
/// Every port on one SQLite file in one data folder, which belongs to this process until it is disposed. Thread-safe; shared by all
/// hosts of the process.
/// </summary>
public sealed class EmbeddedEngines : IAsyncDisposable
{
    public ISignalStream Stream => throw new NotImplementedException();

    public ILeases Leases => throw new NotImplementedException();

    public ILiveFeed LiveFeed => throw new NotImplementedException();

    public IWatchStatusBoard StatusBoard => throw new NotImplementedException();

    public IIncidentReader Reader => throw new NotImplementedException();

    public IIncidentStore Store => throw new NotImplementedException();

    public IOutbox Outbox => throw new NotImplementedException();

    /// <summary>Opens or creates the folder, takes it for this process, and brings its file up to date.</summary>
    /// <exception cref="DataFolderException">Held by another process, damaged, or not writable.</exception>
    public static Task<EmbeddedEngines> OpenAsync(string dataFolder, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{dataFolder}{time}{loggers}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

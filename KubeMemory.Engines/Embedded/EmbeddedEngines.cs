using KubeMemory.Core.Analysis;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Retention;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Embedded;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Relational.Vectors;
using KubeMemory.Engines.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines;

/// <summary>
/// Every port on one SQLite file in one data folder, which belongs to this process until it is disposed. Thread-safe; shared by all
/// hosts of the process.
/// </summary>
public sealed partial class EmbeddedEngines : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly SqliteDatabase _database;
    private readonly EmbeddedSignalStream _stream;
    private readonly EmbeddedLeases _leases;
    private readonly EmbeddedWatchStatusBoard _statusBoard;
    private readonly RelationalVectorMemory _vectors;
    private bool _disposed;

    private EmbeddedEngines(DataFolder folder, SqliteDatabase database, StreamOptions streamOptions, IncidentOptions incidentOptions, TimeProvider time)
    {
        _folder = folder;
        _database = database;
        IncidentOptions = incidentOptions;
        _stream = new EmbeddedSignalStream(database, streamOptions, time);
        _leases = new EmbeddedLeases(database, time);
        _statusBoard = new EmbeddedWatchStatusBoard(database, time);
        var changed = new Wakeup(time);
        Store = new SqliteIncidentStore(database, changed, time);
        Relational = new SqliteRelational(database);
        var reader = new RelationalIncidentReader(Relational, new IncidentLifecycle(Store, incidentOptions, time), time);
        Reader = reader;
        Outbox = new RelationalOutbox(Relational, reader, changed, time);
        _vectors = new RelationalVectorMemory(Relational, time);
        Projections = new RelationalProjections(Relational, changed, time);
        Retention = new RelationalRetention(Relational, changed, time);
        Audit = new RelationalAuditLog(Relational);
        var analyses = new RelationalAnalyses(Relational, time);
        Analyses = analyses;
        Fixes = new RelationalFixes(Relational, changed, analyses, time);
        Graph = new RelationalIncidentGraph(Relational, Projections);
        LiveFeed = new EmbeddedLiveFeed(database, time);
    }

    public ISignalStream Stream => _stream;

    public ILeases Leases => _leases;

    public ILiveFeed LiveFeed { get; }

    public IWatchStatusBoard StatusBoard => _statusBoard;

    public IIncidentReader Reader { get; }

    public IIncidentStore Store { get; }

    public IOutbox Outbox { get; }

    public IVectorMemory Vectors => _vectors;

    public IProjections Projections { get; }

    public IIncidentGraph Graph { get; }

    public IRetention Retention { get; }

    public IAuditLog Audit { get; }

    public IAnalyses Analyses { get; }

    public IFixes Fixes { get; }

    public IncidentOptions IncidentOptions { get; }

    /// <summary>What everything else that the file serves is built upon.</summary>
    internal RelationalDatabase Relational { get; }

    /// <summary>Opens or creates the folder, takes it for this process, and brings its file up to date.</summary>
    /// <exception cref="DataFolderException">Held by another process, damaged, or not writable.</exception>
    public static Task<EmbeddedEngines> OpenAsync(string dataFolder, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        OpenAsync(dataFolder, new IncidentOptions(), time, loggers, cancellationToken);

    /// <inheritdoc cref="OpenAsync(string, TimeProvider, ILoggerFactory, CancellationToken)"/>
    /// <param name="incidents">The rules' numbers, for everybody who shares the engines; see <see cref="IncidentSettings"/>.</param>
    public static Task<EmbeddedEngines> OpenAsync(
        string dataFolder, IncidentOptions incidents, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        OpenAsync(dataFolder, new StreamOptions(), incidents, time, loggers, cancellationToken);

    internal static async Task<EmbeddedEngines> OpenAsync(
        string dataFolder,
        StreamOptions streamOptions,
        IncidentOptions incidentOptions,
        TimeProvider time,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        ArgumentNullException.ThrowIfNull(time);
        var logger = loggers.CreateLogger<EmbeddedEngines>();
        var folder = DataFolder.Take(dataFolder);
        SqliteDatabase? database = null;
        try
        {
            await SqliteMigration.RunAsync(folder.DatabaseFile, logger, cancellationToken).ConfigureAwait(false);
            database = SqliteDatabase.Open(folder.DatabaseFile);
            var engines = new EmbeddedEngines(folder, database, streamOptions, incidentOptions, time);
            await RelationalOutbox.ReclaimAsync(engines.Relational, cancellationToken).ConfigureAwait(false);
            await RelationalAnalyses.ReclaimAsync(engines.Relational, cancellationToken).ConfigureAwait(false);
            await engines._stream.StartAsync(cancellationToken).ConfigureAwait(false);
            await engines._leases.StartAsync(cancellationToken).ConfigureAwait(false);
            await engines._statusBoard.StartAsync(cancellationToken).ConfigureAwait(false);
            Log.Opened(logger, folder.Path);
            return engines;
        }
        catch (Exception fault)
        {
            if (database is not null)
            {
                await database.DisposeAsync().ConfigureAwait(false);
            }

            folder.Dispose();
            if (fault is SqliteException sqlite)
            {
                throw Explain(sqlite, folder);
            }

            throw;
        }
    }

    internal IEngineProbe Probe(string port) => new SqliteProbe(port, _database);

    /// <summary>Waits for the write at work, writes the log back into the file, and frees the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _database.DisposeAsync().ConfigureAwait(false);
        _vectors.Dispose();
        _folder.Dispose();
    }

    private static DataFolderException Explain(SqliteException fault, DataFolder folder) => fault.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_ERROR =>
            new($"The data file {folder.DatabaseFile} is damaged: restore it from a backup, or move it away to start afresh.", fault),
        SQLitePCL.raw.SQLITE_FULL => new($"The disk of the data folder {folder.Path} is full: free some space.", fault),
        _ => new($"The data file {folder.DatabaseFile} cannot be opened for writing: {fault.Message.TrimEnd('.')}.", fault),
    };

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Debug, "Opened the data folder {Path}")]
        public static partial void Opened(ILogger logger, string path);
    }
}

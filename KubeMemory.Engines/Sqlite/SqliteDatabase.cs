using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace KubeMemory.Engines.Sqlite;

/// <summary>
/// One file: one writing connection, which one caller has at a time, and a few reading ones. WAL keeps readers and the writer out of each
/// other's way. Work runs on the caller's thread: SQLite has no asynchronous IO.
/// </summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    private const int Readers = 4;

    private readonly string _connectionString;
    private readonly SqliteSession _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _reading = new(Readers, Readers);
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private bool _disposed;

    private SqliteDatabase(string connectionString)
    {
        _connectionString = connectionString;
        _writer = Open();
    }

    /// <summary>Neither pooled by the provider (a pooled connection would keep the file open) nor shared.</summary>
    public static string ConnectionString(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 30 }.ToString();

    public static SqliteDatabase Open(string file) => new(ConnectionString(file));

    /// <summary>Runs the work in one transaction, alone. A failure rolls all of it back.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _writer.Run("BEGIN IMMEDIATE");
            try
            {
                var result = work(_writer);
                _writer.Run("COMMIT");
                return result;
            }
            catch
            {
                _writer.RollBack();
                throw;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task WriteAsync(Action<SqliteSession> work, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                work(session);
                return true;
            },
            cancellationToken);

    /// <summary>Runs the work on one snapshot of the file.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_readers.TryTake(out var reader))
            {
                reader = Open();
                reader.Run("PRAGMA query_only = ON");
            }

            try
            {
                reader.Run("BEGIN");
                return work(reader);
            }
            finally
            {
                reader.RollBack();
                _readers.Add(reader);
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads the file with a connection of its own: the others may go on answering from their caches when it is broken.</summary>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public void Probe()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var session = new SqliteSession(connection);
        session.Number("SELECT COUNT(*) FROM clusters");
        session.Number("SELECT MAX(id) FROM incidents");
    }

    /// <summary>Waits for whoever is at work, writes the log back into the file, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        for (var i = 0; i < Readers; i++)
        {
            await _reading.WaitAsync().ConfigureAwait(false);
        }

        if (!_disposed)
        {
            _disposed = true;
            while (_readers.TryTake(out var reader))
            {
                reader.Dispose();
            }

            _writer.Run("PRAGMA wal_checkpoint(TRUNCATE)");
            _writer.Dispose();
        }

        // Whoever comes now is told that it is closed instead of waiting for ever.
        _reading.Release(Readers);
        _writing.Release();
    }

    private SqliteSession Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        var session = new SqliteSession(connection);
        session.Run("PRAGMA busy_timeout = 30000");
        session.Run("PRAGMA journal_mode = WAL");
        session.Run("PRAGMA synchronous = NORMAL");
        session.Run("PRAGMA foreign_keys = ON");
        session.Run("PRAGMA temp_store = MEMORY");
        session.Run("PRAGMA cache_size = -16384");
        // 32 MB instead of 4: every write-back of the log waits for the disk.
        session.Run("PRAGMA wal_autocheckpoint = 8000");
        return session;
    }
}

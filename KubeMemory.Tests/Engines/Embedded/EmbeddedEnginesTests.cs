using KubeMemory.Engines;
using KubeMemory.Engines.Sqlite;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Engines.Embedded;

public sealed class EmbeddedEnginesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubememory-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Open_FolderHeldElsewhere_SaysSoInOneSentence()
    {
        await using var first = await OpenAsync();
        var refused = await Assert.ThrowsAsync<DataFolderException>(OpenAsync);

        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another KubeMemory process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AfterDispose_FindsTheFolderFreeAndTheLogWrittenBack()
    {
        await (await OpenAsync()).DisposeAsync();
        Assert.False(File.Exists(DataFile + "-wal"));
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Open_DamagedDataFileSaysSoInOneSentence()
    {
        await File.WriteAllTextAsync(DataFile, new string('x', 8192), Token);
        var refused = await Assert.ThrowsAsync<DataFolderException>(OpenAsync);

        Assert.Contains(DataFile, refused.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        // And the folder is free again.
        File.Delete(DataFile);
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Open_KilledDuringMigration_ClearsTheLockAndGoesOn()
    {
        using (var connection = new SqliteConnection(SqliteDatabase.ConnectionString(DataFile)))
        {
            await connection.OpenAsync(Token);
            using var command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2025-01-01 00:00:00');
                """;
            await command.ExecuteNonQueryAsync(Token);
        }

        await using var engines = await OpenAsync().WaitAsync(TimeSpan.FromSeconds(60), Token);
        Assert.Equal(0, (await engines.Reader.CountAsync(Token)).Incidents);
    }

    [Fact]
    public async Task Migrations_AreWhatTheModelSays()
    {
        await (await OpenAsync()).DisposeAsync();
        using var context = new KubeMemoryContext(new DbContextOptionsBuilder<KubeMemoryContext>().UseSqlite(SqliteDatabase.ConnectionString(DataFile)).Options);

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Empty(await context.Database.GetPendingMigrationsAsync(Token));
    }

    [Fact]
    public async Task Append_FullStream_WaitsUntilSomeoneAcknowledges()
    {
        await using var engines = await EmbeddedEngineSet.OpenAsync(new StreamOptions { MaxPending = 2 });
        await engines.Stream.AppendAsync(Make.Payloads("1", "2"), Token);
        var waiting = engines.Stream.AppendAsync(Make.Payloads("3"), Token);
        Assert.False(waiting.IsCompleted);

        var read = await engines.Stream.ReadAsync("signals", "ingest", "c", 1, TimeSpan.Zero, Token);
        await engines.Stream.AcknowledgeAsync("signals", "ingest", [read[0].Id], Token);
        await waiting.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal(2, await engines.Stream.CountPendingAsync("signals", "ingest", Token));
    }

    [Fact]
    public void AddKubeMemoryEngines_WithoutConnectionStrings_NamesTheMissingOnes()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddKubeMemoryEngines(new ConfigurationBuilder().Build()));
        Assert.Contains("\"postgres\" and \"redis\" are missing", refused.Message, StringComparison.Ordinal);
    }

    private string DataFile => Path.Combine(_folder, "kubememory.db");

    private Task<EmbeddedEngines> OpenAsync() => EmbeddedEngines.OpenAsync(_folder, TimeProvider.System, NullLoggerFactory.Instance, Token);
}

using System.Globalization;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Relational.Vectors;
using KubeMemory.Engines.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Engines.Relational.Vectors;

/// <summary>Measures the heap of a process, so that it runs in one of its own: what other tests left behind is collected at any time.</summary>
public sealed class VectorIndexSizeTests : IAsyncLifetime
{
    private const string Alone = "KUBEMEMORY_TEST_ALONE";

    private static readonly VectorSpace Space = new("test", 384);

    private readonly TemporaryFolder _folder = new();
    private SqliteDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await SqliteMigration.RunAsync(_folder.PathOf("test.db"), NullLogger.Instance, Token);
        _database = SqliteDatabase.Open(_folder.PathOf("test.db"));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Search_HundredThousandOf384_KeepsLessThan60Megabytes()
    {
        if (Environment.GetEnvironmentVariable(Alone) is null)
        {
            await using var process = ProgramProcess.Start(
                "KubeMemory.Tests",
                _folder,
                [(Alone, "yes")],
                "-method",
                $"{typeof(VectorIndexSizeTests).FullName}.{nameof(Search_HundredThousandOf384_KeepsLessThan60Megabytes)}",
                "-showliveoutput");
            var exitCode = await process.WaitForExitAsync();
            Assert.True(exitCode == 0, process.Output);
            Assert.Contains("Total: 1,", process.Output, StringComparison.Ordinal);
            return;
        }

        const int Count = 100_000;
        var random = new Random(6);
        var bytes = new byte[384 * sizeof(short)];
        using var memory = new RelationalVectorMemory(new SqliteRelational(_database), TimeProvider.System);
        await memory.UpsertAsync(Space, [VectorData.Record(Count + 1, VectorData.Random(1, 384, seed: 6)[0])], Token);
        await _database.WriteAsync(
            session =>
            {
                for (var i = 1; i <= Count; i++)
                {
                    var numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(bytes.AsSpan());
                    for (var j = 0; j < numbers.Length; j++)
                    {
                        numbers[j] = (Half)(random.NextDouble() - 0.5);
                    }

                    session.Run(
                        "INSERT INTO vectors (space, id, version, kind, incident_id, cluster_id, namespace, workload, type, document, vector) VALUES ($1, $2, 1, 'incident', $3, 'c', $4, $5, 'OOMKilled', '', $6)",
                        Space.ToString(),
                        VectorRecord.IdOf(i),
                        i,
                        string.Create(CultureInfo.InvariantCulture, $"namespace-{i % 100}"),
                        string.Create(CultureInfo.InvariantCulture, $"workload-{i % 2000}"),
                        bytes);
                }
            },
            Token);
        var asked = VectorData.Random(1, 384, seed: 7)[0];
        using var fresh = new RelationalVectorMemory(new SqliteRelational(_database), TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(10, (await fresh.SearchAsync(Space, asked, 10, VectorFilter.None, Token)).Count);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(fresh);

        TestContext.Current.TestOutputHelper?.WriteLine($"{kept / 1e6:N1} MB");
        Assert.InRange(kept, 38_000_000, 60_000_000);
    }
}

using System.Globalization;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Relational.Vectors;
using KubeMemory.Engines.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Engines.Relational.Vectors;

public sealed class RelationalVectorMemoryTests : IAsyncLifetime
{
    private static readonly VectorSpace Space = new("test", 384);

    private readonly string _folder = Directory.CreateTempSubdirectory("kubememory-test-").FullName;
    private readonly FakeTimeProvider _time = new();
    private SqliteDatabase _database = null!;
    private RelationalVectorMemory _memory = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_folder, "test.db");
        await SqliteMigration.RunAsync(file, NullLogger.Instance, Token);
        _database = SqliteDatabase.Open(file);
        _memory = Another();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Search_AmongMany_FindsWhatANaiveSearchFinds(bool clustered)
    {
        var vectors = clustered ? VectorData.Clustered(5_000, 384, seed: 1) : VectorData.Random(5_000, 384, seed: 1);
        var records = VectorData.Records(vectors);
        await _memory.UpsertAsync(Space, records, Token);

        var recall = 0d;
        for (var i = 0; i < 50; i++)
        {
            var found = await _memory.SearchAsync(Space, vectors[i], 10, VectorFilter.None, Token);
            Assert.Equal(records[i].Id, found[0].Id);
            Assert.Equal(found.OrderByDescending(match => match.Similarity), found);
            recall += VectorData.Recall(records, vectors[i], found, 10);
        }

        Assert.InRange(recall / 50, 0.99, 1);
    }

    [Fact]
    public async Task Search_AnotherMemoryWrote_SeesItAtOnce()
    {
        var other = Another();
        var vectors = VectorData.Random(4, 384, seed: 2);
        await _memory.UpsertAsync(Space, [VectorData.Record(1, vectors[0])], Token);
        Assert.Equal([1], await FoundAsync(other, vectors[0]));

        // Both have an index by now, and write in turn.
        Assert.Equal([1], await FoundAsync(_memory, vectors[0]));
        await other.UpsertAsync(Space, [VectorData.Record(2, vectors[1])], Token);
        await _memory.UpsertAsync(Space, [VectorData.Record(3, vectors[2])], Token);
        await other.UpsertAsync(Space, [VectorData.Record(1, vectors[3])], Token);

        Assert.Equal([1, 2, 3], (await FoundAsync(_memory, vectors[0])).Order());
        Assert.Equal(await FoundAsync(other, vectors[0]), await FoundAsync(_memory, vectors[0]));
        Assert.Equal(1, (await FoundAsync(_memory, vectors[3]))[0]);

        await other.DeleteAsync([2], Token);
        Assert.Equal([1, 3], (await FoundAsync(_memory, vectors[0])).Order());
    }

    [Fact]
    public async Task Search_AnotherMemoryDroppedTheSpaceAndMadeItAgain_KnowsNothingOfTheOld()
    {
        // More than a search could find out one after the other.
        var vectors = VectorData.Random(1_000, 384, seed: 3);
        await _memory.UpsertAsync(Space, VectorData.Records(vectors), Token);
        Assert.Equal(1, (await FoundAsync(_memory, vectors[0]))[0]);

        var other = Another();
        await other.DropAsync(Space, Token);
        await other.UpsertAsync(Space, [VectorData.Record(2_000, VectorData.Random(1, 384, seed: 33)[0])], Token);

        Assert.Equal([2_000], await FoundAsync(_memory, vectors[0]));
        await other.DropAsync(Space, Token);
        Assert.Empty(await FoundAsync(_memory, vectors[0]));
    }

    [Fact]
    public async Task Delete_AfterAMinute_LeavesNothingInTheTable()
    {
        var vectors = VectorData.Random(3, 384, seed: 4);
        await _memory.UpsertAsync(Space, VectorData.Records(vectors), Token);
        Assert.Equal(3, (await FoundAsync(_memory, vectors[0])).Count);
        await _memory.DeleteAsync([1, 2], Token);
        await _memory.UpsertAsync(Space, [VectorData.Record(4, vectors[0])], Token);
        Assert.Equal(4, await RowsAsync());

        // Written again in the meantime: no longer a deletion.
        await _memory.UpsertAsync(Space, [VectorData.Record(2, vectors[1])], Token);
        _time.Advance(TimeSpan.FromMinutes(2));
        await _memory.UpsertAsync(Space, [VectorData.Record(4, vectors[0])], Token);

        Assert.Equal(3, await RowsAsync());
        Assert.Equal([2, 3, 4], (await FoundAsync(_memory, vectors[0])).Order());
    }

    [Fact]
    public async Task Search_DeletionsClearedAwayUnseen_DoNotTakeThePlaceOfWhatIsThere()
    {
        // More than there are candidates, all of them nearer than those that stay.
        var vectors = VectorData.Clustered(200, 384, seed: 5);
        await _memory.UpsertAsync(Space, VectorData.Records(vectors), Token);
        await FoundAsync(_memory, vectors[0]);
        await _database.WriteAsync(session => session.Run("DELETE FROM vectors WHERE incident_id % 2 = 1"), Token);

        var found = await FoundAsync(_memory, vectors[0]);
        Assert.Equal(10, found.Count);
        Assert.All(found, incident => Assert.Equal(0, incident % 2));
    }

    [Fact]
    public async Task Search_WhileOthersWrite_NeverSeesHalfARecord()
    {
        const int Incidents = 300, Rounds = 40;
        var space = new VectorSpace("stress", 64);
        var vectors = VectorData.Random(8, 64, seed: 8);
        await WriteAsync(0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var searches = Enumerable.Range(0, 3).Select(worker => Task.Run(() => SearchUntilStoppedAsync(worker))).ToArray();
        for (var round = 1; round <= Rounds; round++)
        {
            await WriteAsync(round);
            await _memory.DeleteAsync([.. Enumerable.Range(1, 20).Select(i => (long)i)], Token);
        }

        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(searches)).Sum() > 0);

        // What is found says of itself which vector it has.
        async Task<int> SearchUntilStoppedAsync(int worker)
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                var asked = (count + worker) % vectors.Length;
                foreach (var match in await _memory.SearchAsync(space, vectors[asked], 20, VectorFilter.None, CancellationToken.None))
                {
                    var own = vectors[int.Parse(match.Document, CultureInfo.InvariantCulture)];
                    Assert.Equal(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(own, vectors[asked]), match.Similarity, 0.002);
                }
            }

            return count;
        }

        Task WriteAsync(int round) => Another(_memory, round).UpsertAsync(
            space,
            [
                .. Enumerable.Range(1, Incidents).Select(i =>
                    VectorData.Record(i, vectors[(i + round) % vectors.Length], document: ((i + round) % vectors.Length).ToString(CultureInfo.InvariantCulture))),
            ],
            Token);
    }

    private static async Task<IReadOnlyList<long>> FoundAsync(RelationalVectorMemory memory, float[] vector) =>
        [.. (await memory.SearchAsync(Space, vector, 10, VectorFilter.None, Token)).Select(match => match.IncidentId)];

    /// <summary>As of another process on the same database.</summary>
    private RelationalVectorMemory Another() => new(new SqliteRelational(_database), _time);

    /// <summary>Every third round somebody else writes.</summary>
    private RelationalVectorMemory Another(RelationalVectorMemory own, int round) => round % 3 == 0 ? Another() : own;

    private Task<long?> RowsAsync() => _database.ReadAsync(session => session.Number("SELECT COUNT(*) FROM vectors"), Token);
}

using System.Globalization;
using System.Numerics.Tensors;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What every vector memory keeps. The engine may serve other tests at the same time: models and incident ids are each test's own.</summary>
public abstract class VectorMemoryContract : IAsyncLifetime
{
    /// <summary>Cosines of an engine that rounds its vectors.</summary>
    private const double Tolerance = 1e-2;

    private static long _incidents;

    private readonly long _base = Interlocked.Add(ref _incidents, 100_000);
    private VectorMemorySet _set = null!;

    /// <summary>Four dimensions of a model that only this test has.</summary>
    private VectorSpace Space { get; } = new("test-" + Guid.NewGuid().ToString("N"), 4);

    private IVectorMemory Memory => _set.Memory;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<VectorMemorySet> OpenAsync();

    public async ValueTask InitializeAsync() => _set = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_set is not null)
        {
            await _set.DisposeAsync();
        }
    }

    [Fact]
    public async Task Upsert_SameIdAgain_Replaces()
    {
        await UpsertAsync(Record(1, [1, 0, 0, 0], document: "old"));
        await UpsertAsync(Record(1, [0, 1, 0, 0], workload: "api", type: IncidentType.Evicted, document: "new"));

        var match = Assert.Single(await SearchAsync([0, 1, 0, 0]));
        Assert.Equal((VectorRecord.IdOf(_base + 1), _base + 1, "new", VectorKinds.Incident), (match.Id, match.IncidentId, match.Document, match.Kind));
        Assert.Equal(1, match.Similarity, Tolerance);
        Assert.Equal(1, await Memory.CountAsync(Space, Token));
        Assert.Empty(await SearchAsync([0, 1, 0, 0], new(Workload: "web")));
        Assert.Single(await SearchAsync([0, 1, 0, 0], new(Workload: "api", Type: IncidentType.Evicted)));
    }

    [Fact]
    public async Task Upsert_SameIdTwiceInOneCall_KeepsTheLast()
    {
        await UpsertAsync(Record(1, [1, 0, 0, 0], document: "first"), Record(2, [0, 0, 1, 0]), Record(1, [0, 1, 0, 0], document: "last"));

        Assert.Equal(2, await Memory.CountAsync(Space, Token));
        Assert.Equal("last", (await SearchAsync([0, 1, 0, 0]))[0].Document);
    }

    [Fact]
    public async Task Upsert_NoRecords_MakesNoSpace()
    {
        await Memory.UpsertAsync(Space, [], Token);

        Assert.DoesNotContain(Space, await Memory.ListSpacesAsync(Token));
    }

    [Fact]
    public async Task Upsert_SameIdsFromManySides_KeepsEachOnceAndWhole()
    {
        const int Writers = 8, Records = 20;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Memory.UpsertAsync(
            Space,
            [.. Enumerable.Range(0, Records).Select(n => Record(n, Direction(writer), document: Text(writer)))],
            Token)));

        Assert.Equal(Records, await Memory.CountAsync(Space, Token));
        foreach (var match in await SearchAsync([1, 0, 0, 0], max: 100))
        {
            var vector = await Memory.GetAsync(Space, match.Id, Token);
            Assert.Equal(1, Cosine(Direction(int.Parse(match.Document, CultureInfo.InvariantCulture)), vector), Tolerance);
        }

        static float[] Direction(int writer) => [MathF.Cos(writer), MathF.Sin(writer), 0, 0];
    }

    [Fact]
    public async Task Upsert_SixThousandAtOnce_KeepsAll()
    {
        var space = Space with { Dimensions = 32 };
        var random = new Random(7);
        VectorRecord[] records = [.. Enumerable.Range(0, 6_000).Select(n => Record(n, Random(random, 32), cluster: n % 1_000 == 7 ? "rare" : "common"))];
        await Memory.UpsertAsync(space, records, Token);

        Assert.Equal(records.Length, await Memory.CountAsync(space, Token));
        foreach (var n in (int[])[0, 499, 500, 5_460, 5_461, 5_999])
        {
            var best = (await Memory.SearchAsync(space, records[n].Vector, 1, VectorFilter.None, Token))[0];
            Assert.Equal((records[n].Id, records[n].Document), (best.Id, best.Document));
        }

        // A filter that leaves few must not lose them on the way to the nearest of all.
        var rare = await Memory.SearchAsync(space, records[0].Vector, 100, new(ClusterId: "rare"), Token);
        Assert.Equal(records.Where(r => r.ClusterId == "rare").Select(r => r.Id).Order(), rare.Select(m => m.Id).Order());
    }

    [Fact]
    public async Task Search_ManyDirections_GivesTheNearestFirstWithItsCosine()
    {
        await UpsertAsync(Record(1, [-1, 0, 0, 0]), Record(2, [0, 1, 0, 0]), Record(3, [1, 1, 0, 0]), Record(4, [1, 0, 0, 0]));

        var matches = await SearchAsync([1, 0, 0, 0]);
        Assert.Equal([4, 3, 2, 1], Numbers(matches));
        Assert.Equal(1, matches[0].Similarity, Tolerance);
        Assert.Equal(Math.Sqrt(0.5), matches[1].Similarity, Tolerance);
        Assert.Equal(0, matches[2].Similarity, Tolerance);
        Assert.Equal(-1, matches[3].Similarity, Tolerance);
        Assert.All(matches, match => Assert.InRange(match.Similarity, -1, 1));
        Assert.Equal([4, 3], Numbers(await SearchAsync([1, 0, 0, 0], max: 2)));
    }

    [Fact]
    public async Task Search_VectorsOfVeryDifferentLength_ComparesDirections()
    {
        await UpsertAsync(Record(1, [1e-25f, 0, 0, 0]), Record(2, [1e25f, 1e25f, 0, 0]), Record(3, [0, 3, 0, 0]));

        var matches = await SearchAsync([1e30f, 0, 0, 0]);
        Assert.Equal([1, 2, 3], Numbers(matches));
        Assert.Equal(1, matches[0].Similarity, Tolerance);
        Assert.Equal(Math.Sqrt(0.5), matches[1].Similarity, Tolerance);
    }

    [Fact]
    public async Task Search_Ties_AllComeBeforeTheNextBest()
    {
        await UpsertAsync(Record(1, [1, 0, 0, 0]), Record(2, [0, 1, 0, 0]), Record(3, [2, 0, 0, 0]), Record(4, [1, 0, 0, 0]));

        var matches = await SearchAsync([1, 0, 0, 0]);
        Assert.Equal([1, 3, 4], Numbers(matches.Take(3)).Order());
        Assert.Equal(2, Number(matches[3]));
        Assert.Equal(Numbers(matches), Numbers(await SearchAsync([1, 0, 0, 0])));
    }

    [Fact]
    public async Task Search_EveryFilter_LeavesOnlyWhatFits()
    {
        await UpsertAsync(
            Record(1, [1, 0, 0, 0]),
            Record(2, [1, 0, 0, 0.1f], cluster: "other"),
            Record(3, [1, 0, 0, 0.2f], ns: "other"),
            Record(4, [1, 0, 0, 0.3f], workload: "other"),
            Record(5, [1, 0, 0, 0.4f], type: IncidentType.FailedMount),
            Record(6, [1, 0, 0, 0.5f]) with { Kind = "fix" });

        Assert.Equal([1, 2, 3, 4, 5, 6], await FoundAsync(VectorFilter.None));
        Assert.Equal([2], await FoundAsync(new(ClusterId: "other")));
        Assert.Equal([3], await FoundAsync(new(Namespace: "other")));
        Assert.Equal([4], await FoundAsync(new(Workload: "other")));
        Assert.Equal([5], await FoundAsync(new(Type: IncidentType.FailedMount)));
        Assert.Equal([6], await FoundAsync(new(Kind: "fix")));
        Assert.Equal([1, 2, 4, 5, 6], await FoundAsync(new(Except: _base + 3)));
        Assert.Equal([1, 2, 4, 5], await FoundAsync(new(Kind: VectorKinds.Incident, Except: _base + 3)));
        Assert.Equal([1], await FoundAsync(new("c1", "shop", "web", IncidentType.OOMKilled, VectorKinds.Incident, _base + 2)));
        Assert.Empty(await FoundAsync(new("c1", "shop", "web", IncidentType.OOMKilled, VectorKinds.Incident, _base + 1)));
        Assert.Empty(await FoundAsync(new(ClusterId: "")));
        Assert.Equal("fix", (await SearchAsync([1, 0, 0, 0.5f]))[0].Kind);

        async Task<IEnumerable<long>> FoundAsync(VectorFilter filter) => Numbers(await SearchAsync([1, 0, 0, 0], filter));
    }

    [Fact]
    public async Task Search_ExceptAnIncidentOfManyRecords_GivesAsManyOthersAsWanted()
    {
        await UpsertAsync(
        [
            .. Enumerable.Range(0, 30).Select(n => Record(0, [1, 0, 0, 0]) with { Id = $"note:{_base}:{n}" }),
            .. Enumerable.Range(1, 20).Select(n => Record(n, [1, n / 10f, 0, 0])),
        ]);

        Assert.Equal([1, 2, 3, 4, 5], Numbers(await SearchAsync([1, 0, 0, 0], new(Except: _base), max: 5)));
        Assert.Equal(20, (await SearchAsync([1, 0, 0, 0], new(Namespace: "shop", Except: _base), max: 100)).Count);
    }

    [Fact]
    public async Task Search_TwoClustersWithEqualNames_NeverMixes()
    {
        await UpsertAsync(
            [.. Enumerable.Range(1, 40).Select(n => Record(n, [1, n / 100f, 0, 0], cluster: n % 2 == 0 ? "east" : "west"))]);

        var found = await SearchAsync([1, 0, 0, 0], new(ClusterId: "east", Namespace: "shop", Workload: "web"), max: 100);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => 2L * n), Numbers(found));
    }

    [Fact]
    public async Task Search_HostileName_FindsItself()
    {
        // In code, not as attributes: half a pair does not survive an assembly's metadata.
        string[] names = ["it's \"quoted\" \\ and {\"$ne\":1}", "naïve 名前 🚀 \u202e", "nul \0 and half \ud83d a pair", "Web", "web ", ""];
        await UpsertAsync([Record(99, [1, 0, 0, 0]), .. names.Select((name, i) => Record(i, [1, 0, 0, 0], workload: name))]);

        foreach (var (i, name) in names.Index())
        {
            Assert.Equal([i], Numbers(await SearchAsync([1, 0, 0, 0], new(Workload: name))));
        }
    }

    [Fact]
    public async Task Search_HostileDocument_GivesItAsTheRulesSay()
    {
        (string Document, string Expected)[] documents =
        [
            ("", ""),
            ("line\r\n\ttab \"quote\" \\ 'apostrophe' <b>&amp;", "line\r\n\ttab \"quote\" \\ 'apostrophe' <b>&amp;"),
            ("名前 🚀 \u0001\u001b[31m", "名前 🚀 \u0001\u001b[31m"),
            ("nul \0 there", "nul \ufffd there"),
            ("half \ud83d a pair \ude80", "half \ufffd a pair \ufffd"),
        ];
        await UpsertAsync([.. documents.Select((text, i) => Record(i, [1, i, 0, 0], document: text.Document))]);

        Assert.Equal(documents.Select(text => text.Expected), (await SearchAsync([1, 0, 0, 0])).Select(match => match.Document));
    }

    [Fact]
    public async Task Search_LongDocument_IsCutBetweenCharacters()
    {
        // The bound falls into the middle of a rocket.
        var document = "a" + string.Concat(Enumerable.Repeat("🚀", 40_000));
        await UpsertAsync(Record(1, [1, 0, 0, 0], document: document));

        Assert.Equal(document[..(VectorRules.MaxDocumentLength - 1)], Assert.Single(await SearchAsync([1, 0, 0, 0])).Document);
    }

    [Fact]
    public async Task Search_HundredWanted_GivesThemAndNoMore()
    {
        await UpsertAsync([.. Enumerable.Range(0, 150).Select(n => Record(n, [1, n / 50f, 0, 0]))]);

        Assert.Equal(Enumerable.Range(0, 100).Select(n => (long)n), Numbers(await SearchAsync([1, 0, 0, 0], max: 100)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SearchAsync([1, 0, 0, 0], max: 101));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SearchAsync([1, 0, 0, 0], max: 0));
    }

    [Fact]
    public async Task Search_NothingThere_FindsNothing()
    {
        Assert.Empty(await SearchAsync([1, 0, 0, 0]));
        Assert.Equal(0, await Memory.CountAsync(Space, Token));
        Assert.Null(await Memory.GetAsync(Space, VectorRecord.IdOf(_base), Token));
        Assert.DoesNotContain(Space, await Memory.ListSpacesAsync(Token));

        await UpsertAsync(Record(1, [1, 0, 0, 0]));
        await Memory.DeleteAsync([_base + 1], Token);
        Assert.Empty(await SearchAsync([1, 0, 0, 0]));
        Assert.Equal(0, await Memory.CountAsync(Space, Token));
    }

    [Fact]
    public async Task Anything_WrongDimension_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => UpsertAsync(Record(1, [1, 0, 0, 0]), Record(2, [1, 0, 0])));
        await Assert.ThrowsAsync<ArgumentException>(() => SearchAsync([1, 0, 0, 0, 0]));

        Assert.Equal(0, await Memory.CountAsync(Space, Token));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Anything_VectorWithoutDirection_IsRefused(float value)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => UpsertAsync(Record(1, [1, 0, 0, 0]), Record(2, [0, 0, value, 0])));
        await Assert.ThrowsAsync<ArgumentException>(() => SearchAsync([0, 0, value, 0]));

        Assert.Equal(0, await Memory.CountAsync(Space, Token));
    }

    [Fact]
    public async Task Spaces_OfLikeNames_DoNotSeeEachOther()
    {
        VectorSpace[] spaces =
        [
            Space with { Model = Space.Model + "/Model:v1.5" },
            Space with { Model = Space.Model + "_Model:v1.5" },
            Space with { Model = Space.Model + "/model:v1.5" },
            Space with { Model = Space.Model + "/Model:v1.5 " },
            Space with { Model = Space.Model + "/Model:v1.5", Dimensions = 5 },
            Space with { Model = new string('长', 200) + Space.Model },
        ];
        foreach (var (i, space) in spaces.Index())
        {
            float[] vector = [1, .. new float[space.Dimensions - 1]];
            await Memory.UpsertAsync(space, [Record(1, vector, document: Text(i))], Token);
        }

        foreach (var (i, space) in spaces.Index())
        {
            float[] vector = [1, .. new float[space.Dimensions - 1]];
            Assert.Equal(Text(i), Assert.Single(await Memory.SearchAsync(space, vector, 10, VectorFilter.None, Token)).Document);
            Assert.Equal(1, await Memory.CountAsync(space, Token));
        }

        var listed = await Memory.ListSpacesAsync(Token);
        Assert.All(spaces, space => Assert.Single(listed, space));
    }

    [Fact]
    public async Task Delete_Incidents_ReachesEverySpaceAndNoOtherIncident()
    {
        var other = Space with { Dimensions = 3 };
        await UpsertAsync([.. Enumerable.Range(0, 1_500).Select(n => Record(n, [1, n / 1_500f, 0, 0]))]);
        await UpsertAsync(Record(7, [1, 0, 0, 0]) with { Id = $"fix:{_base + 7}", Kind = "fix" });
        await Memory.UpsertAsync(other, [Record(7, [1, 0, 0]), Record(1_499, [0, 1, 0])], Token);

        await Memory.DeleteAsync([.. Enumerable.Range(0, 1_499).Select(n => _base + n), _base + 99_999], Token);

        Assert.Equal([1_499], Numbers(await SearchAsync([1, 0, 0, 0])));
        Assert.Equal([1_499], Numbers(await Memory.SearchAsync(other, new float[] { 1, 0, 0 }, 10, VectorFilter.None, Token)));
        Assert.Null(await Memory.GetAsync(Space, VectorRecord.IdOf(_base + 7), Token));

        await Memory.DeleteAsync([], Token);
        Assert.Equal(1, await Memory.CountAsync(Space, Token));
    }

    [Fact]
    public async Task Drop_Space_ForgetsItAndItMayComeBack()
    {
        var other = Space with { Dimensions = 3 };
        await UpsertAsync(Record(1, [1, 0, 0, 0]));
        await Memory.UpsertAsync(other, [Record(1, [1, 0, 0])], Token);

        await Memory.DropAsync(Space, Token);
        await Memory.DropAsync(Space, Token);

        Assert.Empty(await SearchAsync([1, 0, 0, 0]));
        Assert.Equal((0, 1), (await Memory.CountAsync(Space, Token), await Memory.CountAsync(other, Token)));
        var listed = await Memory.ListSpacesAsync(Token);
        Assert.DoesNotContain(Space, listed);
        Assert.Contains(other, listed);

        await UpsertAsync(Record(2, [1, 0, 0, 0]));
        Assert.Equal([2], Numbers(await SearchAsync([1, 0, 0, 0])));
    }

    [Fact]
    public async Task Get_KnownId_GivesItsDirection()
    {
        float[] vector = [0.3f, -0.7f, 2.5f, 0.01f];
        await UpsertAsync(Record(1, vector), Record(2, [1, 0, 0, 0]));

        Assert.Equal(1, Cosine(vector, await Memory.GetAsync(Space, VectorRecord.IdOf(_base + 1), Token)), Tolerance);
        Assert.Null(await Memory.GetAsync(Space, VectorRecord.IdOf(_base + 3), Token));
    }

    [Fact]
    public async Task GetDocuments_SomeThereSomeNot_GivesThoseThatAre()
    {
        var many = Enumerable.Range(10, 150).ToArray();
        Assert.Empty(await Memory.GetDocumentsAsync(Space, [VectorRecord.IdOf(_base + 1)], Token));
        await UpsertAsync([Record(1, [1, 0, 0, 0], document: "kept \0 \ud800"), Record(2, [0, 1, 0, 0], document: "gone"), .. many.Select(n => Record(n, [0, 0, 1, 0], document: $"d{n}"))]);
        await UpsertAsync(Record(10, [0, 0, 0, 1], document: "replaced"));
        await Memory.DeleteAsync([_base + 2], Token);

        var documents = await Memory.GetDocumentsAsync(Space, [.. ((int[])[1, 2, 3, .. many]).Select(n => VectorRecord.IdOf(_base + n))], Token);

        Assert.Equal(1 + many.Length, documents.Count);
        Assert.Equal(VectorRules.Document("kept \0 \ud800"), documents[VectorRecord.IdOf(_base + 1)]);
        Assert.Equal(("replaced", "d159"), (documents[VectorRecord.IdOf(_base + 10)], documents[VectorRecord.IdOf(_base + 159)]));
        Assert.Empty(await Memory.GetDocumentsAsync(Space, [], Token));
    }

    [Fact]
    public async Task Restart_AfterUpsertAndDelete_RemembersBoth()
    {
        await UpsertAsync(Record(1, [1, 0, 0, 0], document: "kept"), Record(2, [0, 1, 0, 0]));
        await Memory.DeleteAsync([_base + 2], Token);

        await _set.RestartAsync();

        var match = Assert.Single(await SearchAsync([1, 0, 0, 0], new(ClusterId: "c1", Type: IncidentType.OOMKilled)));
        Assert.Equal((1, "kept"), (Number(match), match.Document));
        Assert.Contains(Space, await Memory.ListSpacesAsync(Token));
        await UpsertAsync(Record(1, [0, 1, 0, 0], document: "replaced"));
        Assert.Equal("replaced", Assert.Single(await SearchAsync([0, 1, 0, 0])).Document);
    }

    [Fact]
    public async Task Anything_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Memory.UpsertAsync(Space, [Record(1, [1, 0, 0, 0])], cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Memory.SearchAsync(Space, new float[] { 1, 0, 0, 0 }, 1, VectorFilter.None, cancelled.Token));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Cosine(float[] expected, ReadOnlyMemory<float>? actual) =>
        TensorPrimitives.CosineSimilarity<float>(expected, actual!.Value.Span);

    private static float[] Random(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private VectorRecord Record(
        long number,
        float[] vector,
        string cluster = "c1",
        string ns = "shop",
        string workload = "web",
        IncidentType type = IncidentType.OOMKilled,
        string? document = null) =>
        new(
            VectorRecord.IdOf(_base + number),
            VectorKinds.Incident,
            _base + number,
            cluster,
            ns,
            workload,
            type,
            document ?? string.Create(CultureInfo.InvariantCulture, $"text of {number}"),
            vector);

    private Task UpsertAsync(params VectorRecord[] records) => Memory.UpsertAsync(Space, records, Token);

    private Task<IReadOnlyList<VectorMatch>> SearchAsync(float[] vector, VectorFilter? filter = null, int max = 10) =>
        Memory.SearchAsync(Space, vector, max, filter ?? VectorFilter.None, Token);

    private long Number(VectorMatch match) => match.IncidentId - _base;

    private IEnumerable<long> Numbers(IEnumerable<VectorMatch> matches) => matches.Select(Number);
}

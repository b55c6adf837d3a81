using System.Text.Json.Nodes;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Neo4j;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Engines.Neo4j;

public sealed class Neo4jClientTests
{
    private const string Transient = "Neo.TransientError.Transaction.DeadlockDetected";

    private static readonly DateTimeOffset Start = Contracts.EngineSet.Start;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400)]
    [InlineData(202)]
    [InlineData(500)]
    public async Task Ask_TransientErrorTwice_IsAskedAgain(int status)
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        set.Stub.FailNext(status, Transient, times: 2);

        Assert.Equal(0, await set.Graph.CountAsync(Token));

        Assert.Equal(3, set.Stub.Requests.Count);
    }

    [Fact]
    public async Task Ask_TransientErrorEveryTime_GivesUpAndSaysWhy()
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        set.Stub.FailNext(400, Transient, "A deadlock.", times: 3);

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Graph.CountAsync(Token));

        Assert.Equal(3, set.Stub.Requests.Count);
        Assert.Equal($"Neo4j at {set.Stub.Address} does not answer: A deadlock ({Transient}).", fault.Message);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(202)]
    public async Task Ask_ClientError_IsRefusedAtOnce(int status)
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        set.Stub.FailNext(status, "Neo.ClientError.Statement.TypeError", "Not a number.");

        var refusal = await Assert.ThrowsAsync<ProjectionRejectedException>(() => set.Graph.CountAsync(Token));

        Assert.Single(set.Stub.Requests);
        Assert.Equal($"Neo4j at {set.Stub.Address} refuses \"count incidents\": Not a number (Neo.ClientError.Statement.TypeError).", refusal.Message);
    }

    [Theory]
    [InlineData("Neo.ClientError.Statement.EntityNotFound")]
    [InlineData("Neo.ClientError.Schema.ConstraintValidationFailed")]
    public async Task Ask_CollisionWithAnother_IsAskedAgainAndRefusedWhenItStays(string code)
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        set.Stub.FailNext(400, code);
        Assert.Equal(0, await set.Graph.CountAsync(Token));

        set.Stub.FailNext(400, code, times: 3);

        await Assert.ThrowsAsync<ProjectionRejectedException>(() => set.Graph.CountAsync(Token));
    }

    [Theory]
    [InlineData("Username=neo4j;Password=wrong one", "it refuses the Username and Password of the connection string \"neo4j\" (Neo.ClientError.Security.Unauthorized)")]
    [InlineData("Username=neo4j;Password=let me in;Database=nowhere", "it has no database 'nowhere' with a Query API, which Neo4j has from 5.19 on")]
    public async Task Ask_WithAWrongConnectionString_SaysWhatIsWrongWithIt(string rest, string why)
    {
        await using var set = await Neo4jGraphSet.StartAsync("Endpoint=http://ADDRESS;" + rest);

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Graph.CountAsync(Token));

        Assert.Single(set.Stub.Requests);
        Assert.Equal($"Neo4j at {set.Stub.Address} does not answer: {why}.", fault.Message);
        Assert.DoesNotContain("wrong one", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "{\"data\":{\"fields\":[\"n")]
    [InlineData(200, "<html>not Neo4j</html>")]
    [InlineData(200, "null")]
    [InlineData(202, "{}")]
    [InlineData(502, "<html>a proxy</html>")]
    public async Task Ask_AnswerThatIsNone_IsAskedAgainThenUnavailable(int status, string body)
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        set.Stub.FailNext(status, null, body);
        Assert.Equal(0, await set.Graph.CountAsync(Token));

        set.Stub.FailNext(status, null, body, times: 3);

        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Graph.CountAsync(Token));
    }

    [Fact]
    public async Task Ask_ServerDown_IsUnavailableAndAnswersWhenItIsBack()
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        await set.AddAsync(new("web", Start));
        await set.Stub.StopAsync();

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Graph.CountAsync(Token));
        Assert.Equal($"Neo4j at {set.Stub.Address}", fault.Engine);
        var probe = set.Services.GetRequiredService<IEngineProbe>();
        Assert.Equal(EnginePorts.Graph, probe.Port);
        await Assert.ThrowsAsync<EngineUnavailableException>(() => probe.AskAsync(Token));

        await set.Stub.StartAsync(Token);

        Assert.Equal(1, await set.Graph.CountAsync(Token));
        await probe.AskAsync(Token);
    }

    [Fact]
    public async Task Ask_AnswerLostAfterTheWrite_IsWrittenOnce()
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        await set.Graph.PrepareAsync(Token);
        set.Stub.FailNext(503, null, "lost", executed: true);

        await set.AddAsync(new("web", Start));

        Assert.Equal(1, await set.Graph.CountAsync(Token));
    }

    [Fact]
    public async Task Ask_AfterAWrite_SendsItsBookmarkAlong()
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        await set.AddAsync(new("web", Start));
        var writes = set.Stub.Requests.Count;

        await set.Graph.CountAsync(Token);

        Assert.Equal([$"FB:stub{writes}"], set.Stub.Requests.Last().Bookmarks);
    }

    [Fact]
    public async Task Ask_ServerThatLostItsDataUnseen_ForgetsTheBookmark()
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        await set.AddAsync(new("web", Start));
        set.Stub.DropData();

        Assert.Equal(0, await set.Graph.CountAsync(Token));

        Assert.Empty(set.Stub.Requests.Last().Bookmarks);
    }

    [Fact]
    public async Task Ask_Cancelled_IsCancelledAndNotUnavailable()
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => set.Graph.CountAsync(cancelled.Token));
    }

    [Fact]
    public async Task Ask_Always_SendsWhatTheStatementsDocument()
    {
        await using var set = await Neo4jGraphSet.StartAsync();
        const long id = 1;
        var facts = Neo4jGraphSet.FactsOf(id, new("web", Start) { Image = "img:1" });
        await set.Graph.UpsertAsync([facts with { Rollouts = [new("4", "Revision 4", Start)], Fixes = [new(3, "Raised the limit", true)] }], Token);
        await set.Graph.FindCoOccurringAsync(id, TimeSpan.FromHours(1), 5, Token);
        await set.Graph.GetNeighbourhoodAsync(id, 5, Token);
        await set.Graph.CountAsync(Token);
        await set.RemoveAsync(id);
        await set.Graph.DropAsync(Token);
        await set.Services.GetRequiredService<IEngineProbe>().AskAsync(Token);

        var sent = set.Stub.Requests.ToLookup(request => request.Statement);
        Assert.All(CypherStatements.All, statement => Assert.Equal(
            ShapeOf(JsonNode.Parse(statement.Example)), ShapeOf(sent[statement.Text].First().Parameters)));
        Assert.All(set.Stub.Requests, request => Assert.Equal("/db/neo4j/query/v2", request.Path));
    }

    /// <summary>Names of members, depth first; of lists, those of the first item.</summary>
    private static string ShapeOf(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => member.Key + ShapeOf(member.Value)))}}}",
        JsonArray { Count: > 0 } items => $"[{ShapeOf(items[0])}]",
        _ => "",
    };
}

using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Core.Audit;
using Xunit;

namespace KubeMemory.Tests.Api.Audit;

public sealed class AuditEndpointsTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_SaysWhoChangedWhatAndWhen()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        var first = await api.Engines.Audit.BeginAsync(
            new AuditEntry(At, "ann", "operator", "PATCH /api/incidents/{id}", "/api/incidents/17", "127.0.0.1", "0af7651916cd43dd8448eb211c80319c"), Token);
        await api.Engines.Audit.EndAsync(first, 404, "There is no incident 17.", Token);
        var second = await api.Engines.Audit.BeginAsync(new AuditEntry(At.AddSeconds(1), "<b>bob</b>", "operator", "DELETE /api/incidents/{id}", "/api/incidents/1", null, null), Token);

        var page = await api.GetAsync("/api/audit");
        Assert.Equal(2, (long)page["count"]!);
        Assert.Null(page["next"]);
        Assert.Equal([second, first], page["results"]!.AsArray().Select(item => (long)item!["id"]!));
        const string Members =
            """
            {"at":"2026-03-01T12:00:00+00:00","user":"ann","role":"operator","action":"PATCH /api/incidents/{id}","target":"/api/incidents/17","from":"127.0.0.1",
            "trace_id":"0af7651916cd43dd8448eb211c80319c","status":404,"detail":"There is no incident 17."}
            """;
        var item = page["results"]![1]!.AsObject();
        item.Remove("id");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Members), item), item.ToJsonString());
        Assert.Equal(("<b>bob</b>", null, null), ((string?)page["results"]![0]!["user"], (int?)page["results"]![0]!["status"], (string?)page["results"]![0]!["from"]));
    }

    [Fact]
    public async Task List_NextLeadsThroughAllOfThem()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        for (var i = 0; i < 5; i++)
        {
            await api.Engines.Audit.BeginAsync(new AuditEntry(At, $"user-{i}", "operator", "POST /api/reindex", "/api/reindex", null, null), Token);
        }

        var users = new List<string>();
        for (var next = "/api/audit?limit=2"; next is not null;)
        {
            var page = await api.GetAsync(next);
            users.AddRange(page["results"]!.AsArray().Select(item => (string)item!["user"]!));
            next = (string?)page["next"];
        }

        Assert.Equal(["user-4", "user-3", "user-2", "user-1", "user-0"], users);
    }

    [Theory]
    [InlineData("limit=0", "from 1 to 200")]
    [InlineData("limit=201", "from 1 to 200")]
    [InlineData("limit=many", "from 1 to 200")]
    [InlineData("limit=", "from 1 to 200")]
    [InlineData("limit=1&limit=2", "from 1 to 200")]
    [InlineData("before=0", "before '0'")]
    [InlineData("before=-1", "before '-1'")]
    [InlineData("before=99999999999999999999", "before '99999999999999999999'")]
    [InlineData("before=x", "before 'x'")]
    public async Task List_ThatMakesNoSense_Is400(string query, string said)
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        var (response, problem) = await api.SendAsync(HttpMethod.Get, $"/api/audit?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(said, (string?)problem!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_HeadAndTrailingSlash_AreAnswered()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Head, "/api/audit")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/audit/")).Response.StatusCode);
    }
}

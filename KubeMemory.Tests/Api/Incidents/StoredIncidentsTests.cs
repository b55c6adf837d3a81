using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Incidents;

/// <summary>What the API promises of its list, over a real store.</summary>
public sealed class StoredIncidentsTests
{
    private const int Many = 130;

    private static readonly IncidentType[] Types = [IncidentType.CrashLoopBackOff, IncidentType.ImagePullBackOff, IncidentType.OOMKilled, IncidentType.FailedScheduling];

    private static DateTimeOffset Now => EngineSet.Start;

    [Theory]
    [InlineData("last_seen")]
    [InlineData("-last_seen")]
    [InlineData("occurred_at")]
    [InlineData("-occurred_at")]
    [InlineData("severity")]
    [InlineData("-severity")]
    [InlineData("occurrences")]
    [InlineData("-occurrences")]
    public async Task Pages_ThereAndBack_HoldEveryRowOnceAndInOrder(string sort)
    {
        await using var api = await StoreHost.StartAsync(new FakeTimeProvider(Now));
        await api.IngestAsync(ManyIncidents());

        var there = await WalkAsync(api, $"/api/incidents/?limit=17&sort={sort}", "next");
        var back = await WalkAsync(api, there[^1].Address, "previous");

        var rows = there.SelectMany(p => p.Rows).ToList();
        Assert.Equal(Many, rows.Select(Id).Distinct().Count());
        Assert.Equal(Many, rows.Count);
        Assert.All(there, page => Assert.Equal(Many, page.Count));
        var keys = rows.ConvertAll(row => Key(row, sort.TrimStart('-')));
        Assert.Equal(sort[0] == '-' ? keys.OrderDescending() : keys.Order(), keys);
        Assert.Equal(rows.Select(Id), Enumerable.Reverse(back).SelectMany(p => p.Rows).Select(Id));
    }

    [Fact]
    public async Task Pages_WhileIncidentsChange_DoubleNothingAndMissNothingThatStays()
    {
        await using var api = await StoreHost.StartAsync(new FakeTimeProvider(Now));
        await api.IngestAsync(ManyIncidents());
        var changed = new HashSet<string>();

        async Task ChangeAsync(JsonArray rows)
        {
            // One that has been seen; it goes to the top.
            var workload = (string)rows[0]!["workload"]!;
            changed.Add(workload);
            var n = int.Parse(workload[2..], null);
            await api.IngestAsync(Incident(n) with { Occurrences = 1000, LastSeen = Now });
        }

        var byTime = (await WalkAsync(api, "/api/incidents/?limit=17", "next", ChangeAsync)).SelectMany(p => p.Rows).Select(row => (string)row["workload"]!).ToList();
        var byStart = (await WalkAsync(api, "/api/incidents/?limit=17&sort=occurred_at", "next", ChangeAsync)).SelectMany(p => p.Rows).Select(Id).ToList();

        Assert.NotEmpty(changed);
        Assert.Equal(byTime.Count, byTime.Distinct().Count());
        Assert.Equal(Many, byTime.Count);
        Assert.Equal(Many, byStart.Distinct().Count());
        Assert.Equal(Many, byStart.Count);
    }

    [Theory]
    [InlineData("status=open", "cart dns")]
    [InlineData("status=investigating", "pay")]
    [InlineData("status=resolved", "cart2")]
    [InlineData("status=open,resolved&status=stale", "cart cart2 dns")]
    [InlineData("type=OOMKilled", "dns")]
    [InlineData("type=oomkilled,ImagePullBackOff", "dns pay")]
    [InlineData("family=start_and_crash", "cart dns")]
    [InlineData("family=image,scheduling", "cart2 pay")]
    [InlineData("namespace=shop", "cart pay")]
    [InlineData("namespace=sh%25p", "")]
    [InlineData("cluster=prod", "cart pay")]
    [InlineData("cluster=cluster-2", "cart2 dns")]
    [InlineData("cluster=prod,cluster-2", "cart cart2 dns pay")]
    [InlineData("workload=cart", "cart")]
    [InlineData("since=2h", "cart")]
    [InlineData("since=1d", "cart pay")]
    [InlineData("until=7d", "dns")]
    [InlineData("since=3d&until=2h", "cart2 pay")]
    [InlineData("since=2025-03-01T11:00:00Z", "cart")]
    [InlineData("since=2025-03-01t12:00:00%2B01:00", "cart")]
    [InlineData("since=2025-03-01T12:00:00 01:00", "cart")]
    [InlineData("since=2025-03-01 11:00:00.000001Z", "")]
    [InlineData("since=2025-03-01 11:00:00", "cart")]
    [InlineData("until=2025-02-28", "cart2 dns")]
    [InlineData("q=100%25", "cart")]
    [InlineData("q=%25", "cart")]
    [InlineData("q=pay_", "pay")]
    [InlineData("q=_", "pay")]
    [InlineData("q='", "pay")]
    [InlineData("q=%22", "")]
    [InlineData("q=%5C", "")]
    [InlineData("q=CART", "cart cart2")]
    [InlineData("q=cart broken", "cart")]
    [InlineData("q=cart pay", "")]
    [InlineData("q='; DROP TABLE incidents; --", "")]
    [InlineData("status=open&namespace=shop&q=cart&type=CrashLoopBackOff&since=2h&cluster=prod", "cart")]
    public async Task Filter_GivesExactlyWhatFits(string query, string expected)
    {
        await using var api = await FilledAsync();

        var page = await api.GetAsync($"/api/incidents/?{query}");

        var names = page["results"]!.AsArray().Select(row => (string)row!["workload"]!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected, string.Join(' ', names));
        Assert.Equal(names.Count, (int)page["count"]!);
    }

    [Fact]
    public async Task Filter_BySeverity_PartsTheWhole()
    {
        await using var api = await StoreHost.StartAsync(new FakeTimeProvider(Now));
        await api.IngestAsync(ManyIncidents());
        var sum = 0L;

        foreach (var severity in (string[])["low", "medium", "high", "critical"])
        {
            var page = await api.GetAsync($"/api/incidents/?severity={severity}&limit=200");
            Assert.All(page["results"]!.AsArray(), row => Assert.Equal(severity, (string?)row!["severity"]));
            Assert.Equal((long)page["count"]!, page["results"]!.AsArray().Count);
            sum += (long)page["count"]!;
        }

        Assert.Equal(Many, sum);
    }

    [Theory]
    [InlineData("since=01/02/2026 10:00")]
    [InlineData("since=2026-13-01")]
    [InlineData("since=2026-01-02T03")]
    [InlineData("since=0001-01-01T00:00:00%2B14:00")]
    [InlineData("since=99999d")]
    [InlineData("since=-1d")]
    [InlineData("sort=--severity")]
    [InlineData("sort=-")]
    [InlineData("q=1 2 3 4 5 6 7 8 9 10 11")]
    [InlineData("cursor=!")]
    [InlineData("cursor=bnVsbA")]
    [InlineData("limit=1e1")]
    [InlineData("limit=%2B5")]
    public async Task Query_ThatCannotBeMeant_IsRefused(string query)
    {
        await using var api = await FilledAsync();

        var (response, body) = await api.SendAsync(HttpMethod.Get, $"/api/incidents/?{query}");

        AssertProblem(HttpStatusCode.BadRequest, response, body);
    }

    [Fact]
    public async Task Cursor_OfAnotherOrdering_IsRefused()
    {
        await using var api = await StoreHost.StartAsync(new FakeTimeProvider(Now));
        await api.IngestAsync(ManyIncidents());
        var next = (string)(await api.GetAsync("/api/incidents/?limit=5"))["next"]!;

        var (response, body) = await api.SendAsync(HttpMethod.Get, $"{next}&sort=severity");

        AssertProblem(HttpStatusCode.BadRequest, response, body);
    }

    [Fact]
    public async Task Patch_EachStatus_HoldsAndIsInTheTimeline()
    {
        await using var api = await FilledAsync();
        var id = await IdAsync(api, "cart");

        foreach (var status in (string[])["investigating", "resolved", "open", "open"])
        {
            var (response, body) = await api.SendAsync(HttpMethod.Patch, $"/api/incidents/{id}", $$"""{"status":"{{status}}"}""");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(status, (string?)body!["status"]);
            Assert.Equal(status, (string?)(await api.GetAsync($"/api/incidents/{id}"))["status"]);
        }

        Assert.Contains((await api.GetAsync($"/api/incidents/{id}"))["timeline"]!.AsArray(), entry => ((string?)entry!["text"])!.Contains("nvestigating", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Patch_ToOpenBesideItsSuccessor_Is409AndNamesIt()
    {
        var time = new FakeTimeProvider(Now);
        await using var api = await StoreHost.StartAsync(time);
        await api.IngestAsync(Make.Event("cart", "one", 5, Now));
        var first = await IdAsync(api, "cart");
        await api.SendAsync(HttpMethod.Patch, $"/api/incidents/{first}", """{"status":"resolved"}""");
        time.Advance(TimeSpan.FromHours(3));
        await api.IngestAsync(Make.Event("cart", "two", 1, time.GetUtcNow()));
        var second = (long)(await api.GetAsync("/api/incidents/?status=open"))["results"]![0]!["id"]!;

        var (response, body) = await api.SendAsync(HttpMethod.Patch, $"/api/incidents/{first}", """{"status":"open"}""");

        AssertProblem(HttpStatusCode.Conflict, response, body);
        Assert.Contains($"incident {second}", (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Equal("resolved", (string?)(await api.GetAsync($"/api/incidents/{first}"))["status"]);
    }

    [Fact]
    public async Task Patch_WithAHugeBody_Is413()
    {
        await using var api = await FilledAsync();

        var (response, body) = await api.SendAsync(HttpMethod.Patch, $"/api/incidents/{await IdAsync(api, "cart")}", $$"""{"status":"open"{{new string(' ', 100_000)}}}""");

        AssertProblem(HttpStatusCode.RequestEntityTooLarge, response, body);
    }

    [Theory]
    [InlineData("GET", "/api/incidents/0", 404)]
    [InlineData("GET", "/api/incidents/-1", 404)]
    [InlineData("GET", "/api/incidents/99999999999999999999", 404)]
    [InlineData("PATCH", "/api/incidents/9223372036854775807", 404)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/api/", 404)]
    [InlineData("GET", "/api/incidents/1/evidence", 404)]
    [InlineData("GET", "/openapi/v2.json", 404)]
    [InlineData("OPTIONS", "/api/incidents/", 405)]
    [InlineData("PUT", "/api/incidents/1", 405)]
    [InlineData("TRACE", "/api/status", 405)]
    [InlineData("POST", "/api/incidents/stream", 405)]
    public async Task Mistake_IsAProblemWithOneSentence(string method, string path, int status)
    {
        await using var api = await FilledAsync();

        var (response, body) = await api.SendAsync(new HttpMethod(method), path, method == "PATCH" ? """{"status":"open"}""" : null);

        AssertProblem((HttpStatusCode)status, response, body);
    }

    [Theory]
    [InlineData("/api/incidents/", 200)]
    [InlineData("/api/status", 200)]
    [InlineData("/health", 200)]
    [InlineData("/api/incidents/0", 404)]
    public async Task Head_AnswersAsGetWithoutBody(string path, int status)
    {
        await using var api = await FilledAsync();

        var (response, _) = await api.SendAsync(HttpMethod.Head, path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static void AssertProblem(HttpStatusCode status, HttpResponseMessage response, JsonNode? body)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, (int?)body!["status"]);
        Assert.EndsWith(".", (string?)body["detail"], StringComparison.Ordinal);
    }

    private static async Task<long> IdAsync(StoreHost api, string workload) =>
        (long)(await api.GetAsync($"/api/incidents/?workload={workload}"))["results"]![0]!["id"]!;

    private static async Task<StoreHost> FilledAsync()
    {
        var api = await StoreHost.StartAsync(new FakeTimeProvider(Now));
        await api.IngestAsync(
            new ClusterSignal { ClusterId = Make.Cluster, Name = "prod", PodsReadable = true },
            new ClusterSignal { ClusterId = "cluster-2", Name = "test", PodsReadable = true },
            Make.Event("cart", "a", 3, Now.AddHours(-1)) with { Description = "cart is 100% broken" },
            Make.Event("pay", "b", 3, Now.AddHours(-3), IncidentType.ImagePullBackOff) with { Description = "pay_ment's image" },
            Make.Event("cart2", "c", 3, Now.AddDays(-2), IncidentType.FailedScheduling) with { ClusterId = "cluster-2", Namespace = "web" },
            Make.Event("dns", "d", 3, Now.AddDays(-8), IncidentType.OOMKilled) with { ClusterId = "cluster-2", Namespace = "kube-system" });
        await api.SendAsync(HttpMethod.Patch, $"/api/incidents/{await IdAsync(api, "pay")}", """{"status":"investigating"}""");
        await api.SendAsync(HttpMethod.Patch, $"/api/incidents/{await IdAsync(api, "cart2")}", """{"status":"resolved"}""");
        return api;
    }

    private static IEnumerable<Signal> ManyIncidents() => Enumerable.Range(0, Many).Select(Incident);

    // Many of the same time and number: only the id tells them apart.
    private static FailureSignal Incident(int n) =>
        Make.Event($"w-{n}", $"s-{n}", 1 + (n % 7), Now.AddMinutes(-10 - (n % 11)), Types[n % Types.Length]);

    private static async Task<List<(string Address, long Count, List<JsonNode> Rows)>> WalkAsync(
        StoreHost api, string first, string direction, Func<JsonArray, Task>? between = null)
    {
        var pages = new List<(string, long, List<JsonNode>)>();
        for (var address = first; address is not null && pages.Count < Many;)
        {
            var page = await api.GetAsync(address);
            var rows = page["results"]!.AsArray();
            pages.Add((address, (long)page["count"]!, [.. rows.Select(row => row!)]));
            if (between is not null)
            {
                await between(rows);
            }

            address = (string?)page[direction];
        }

        return pages;
    }

    private static long Id(JsonNode row) => (long)row["id"]!;

    private static (long, DateTimeOffset) Key(JsonNode row, string sort) => sort switch
    {
        "severity" => (Array.IndexOf(["low", "medium", "high", "critical"], (string?)row["severity"]), default),
        "occurrences" => ((long)row["occurrences"]!, default),
        "occurred_at" => (0, (DateTimeOffset)row["occurred_at"]!),
        _ => (0, (DateTimeOffset)row["last_seen_at"]!),
    };
}

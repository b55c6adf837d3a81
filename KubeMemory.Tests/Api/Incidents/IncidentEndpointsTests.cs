using System.Net;
using System.Text;
using KubeMemory.Core.Incidents;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Incidents;

public sealed class IncidentEndpointsTests
{
    [Theory]
    [InlineData("/api/incidents/")]
    [InlineData("/api/incidents")]
    public async Task List_WithAndWithoutSlash_HasPageAndSnakeCaseRows(string path)
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Add(Samples.Incident(7));

        var (response, body) = await api.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, (long?)body!["count"]);
        Assert.Null(body["next"]);
        var row = body["results"]![0]!.AsObject();
        string[] promised =
        [
            "id", "cluster", "namespace", "workload", "pod_name", "node_name", "service_name", "incident_type", "severity", "status",
            "description", "occurred_at", "last_seen_at", "occurrences", "affected_pods", "restart_count",
        ];
        Assert.All(promised, name => Assert.True(row.ContainsKey(name), name));
        Assert.Equal("CrashLoopBackOff", (string?)row["incident_type"]);
        Assert.Equal("high", (string?)row["severity"]);
    }

    [Fact]
    public async Task List_WithEveryFilter_AsksTheStoreForExactlyThat()
    {
        var time = new FakeTimeProvider(Samples.Now);
        await using var api = await ApiHost.StartAsync(time);

        var (response, _) = await api.SendAsync(HttpMethod.Get,
            "/api/incidents/?status=open,stale&status=investigating&severity=HIGH&type=OOMKilled&family=start_and_crash&namespace=a,b&cluster=prod&workload=cart"
            + "&since=7d&until=2026-03-04T06:06:07%2B01:00&q=exit%201&sort=severity&limit=50&cursor=c");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var query = api.Incidents.LastQuery!;
        Assert.Equal([IncidentStatus.Open, IncidentStatus.Stale, IncidentStatus.Investigating], query.Status);
        Assert.Equal([Severity.High], query.Severity);
        Assert.Equal([IncidentType.OOMKilled], query.Type);
        Assert.Equal([FailureFamily.StartAndCrash], query.Family);
        Assert.Equal(["a", "b"], query.Namespace);
        Assert.Equal(["prod"], query.Cluster);
        Assert.Equal(["cart"], query.Workload);
        Assert.Equal(Samples.Now - TimeSpan.FromDays(7), query.Since);
        Assert.Equal(Samples.Now, query.Until);
        Assert.Equal(("exit 1", IncidentSort.Severity, true, "c", 50), (query.Text, query.Sort, query.Ascending, query.Cursor, query.Limit));
    }

    [Fact]
    public async Task List_WithoutParameters_IsNewestFirst()
    {
        await using var api = await ApiHost.StartAsync();

        await api.SendAsync(HttpMethod.Get, "/api/incidents/");

        Assert.Equivalent(IncidentQuery.All, api.Incidents.LastQuery);
    }

    [Fact]
    public async Task List_WithMorePages_LinksKeepTheFilters()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Next = "n+1=";
        api.Incidents.Previous = "p";

        var (_, body) = await api.SendAsync(HttpMethod.Get, "/api/incidents?status=open&status=stale&q=a%26b&cursor=old");
        var (again, _) = await api.SendAsync(HttpMethod.Get, (string)body!["next"]!);

        Assert.Equal("/api/incidents/?status=open&status=stale&q=a%26b&cursor=p", (string?)body["previous"]);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("n+1=", api.Incidents.LastQuery!.Cursor);
        Assert.Equal("a&b", api.Incidents.LastQuery.Text);
        Assert.Equal([IncidentStatus.Open, IncidentStatus.Stale], api.Incidents.LastQuery.Status);
    }

    [Theory]
    [InlineData("status=closed", "open, investigating, resolved, stale")]
    [InlineData("status=1", "open, investigating, resolved, stale")]
    [InlineData("severity=bad", "low, medium, high, critical")]
    [InlineData("type=Oops", "OOMKilled")]
    [InlineData("family=x", "start_and_crash")]
    [InlineData("sort=name", "last_seen, occurred_at, severity, occurrences")]
    [InlineData("limit=0", "1 to 200")]
    [InlineData("limit=201", "1 to 200")]
    [InlineData("limit=ten", "1 to 200")]
    [InlineData("storm=wind", "write its number")]
    [InlineData("since=yesterday", "RFC 3339")]
    [InlineData("since=5y", "RFC 3339")]
    [InlineData("since=1h&until=2h", "later than until")]
    [InlineData("limit=1&limit=2", "give it once")]
    [InlineData("namespaces=a", "namespace")]
    [InlineData("cursor=damaged", "first page")]
    public async Task List_WithWhatItDoesNotKnow_SaysWhatIsAllowed(string query, string expected)
    {
        await using var api = await ApiHost.StartAsync();

        var (response, body) = await api.SendAsync(HttpMethod.Get, $"/api/incidents/?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(expected, (string?)body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_KnownIncident_HasDetail()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Add(Samples.Incident(7));

        var (_, body) = await api.SendAsync(HttpMethod.Get, "/api/incidents/7/");

        Assert.Equal("boom", (string?)body!["raw_logs"]);
        Assert.All(["evidence", "timeline", "related"], name => Assert.True(body.AsObject().ContainsKey(name), name));
    }

    [Theory]
    [InlineData("GET", "/api/incidents/99", 404)]
    [InlineData("PATCH", "/api/incidents/99", 404)]
    [InlineData("GET", "/api/incidents/first", 404)]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("PUT", "/api/incidents/7", 405)]
    [InlineData("POST", "/api/incidents/", 405)]
    [InlineData("GET", "/ws/incidents/", 426)]
    public async Task Request_ForWhatIsNotThere_IsAProblemWithASentence(string method, string path, int status)
    {
        await using var api = await ApiHost.StartAsync();

        var (response, body) = await api.SendAsync(new HttpMethod(method), path, method == "PATCH" ? """{"status":"open"}""" : null);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status, (int?)body!["status"]);
        Assert.EndsWith(".", (string?)body["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("investigating")]
    [InlineData("resolved")]
    public async Task Patch_AllowedStatus_AnswersTheIncidentAsItIsNow(string status)
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Add(Samples.Incident(7, IncidentStatus.Stale));

        var (response, body) = await api.SendAsync(HttpMethod.Patch, "/api/incidents/7", $$"""{"status":"{{status}}"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, (string?)body!["status"]);
    }

    [Theory]
    [InlineData("""{"status":"stale"}""", "open, investigating, resolved")]
    [InlineData("""{"status":"Open"}""", "open, investigating, resolved")]
    [InlineData("""{"status":1}""", "open, investigating, resolved")]
    [InlineData("""{}""", "status is missing")]
    [InlineData("""{"status":"open","severity":"low"}""", "'severity' cannot be set")]
    [InlineData("""{"status":"open","status":"resolved"}""", "not JSON")]
    [InlineData("""{"status":"\ud83d"}""", "broken escape sequence")]
    [InlineData("""["open"]""", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{", "not JSON")]
    [InlineData("", "not JSON")]
    public async Task Patch_AnythingElse_IsRefusedAndChangesNothing(string json, string expected)
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Add(Samples.Incident(7, IncidentStatus.Investigating));

        var (response, body) = await api.SendAsync(HttpMethod.Patch, "/api/incidents/7", json);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Equal("investigating", (string?)(await api.SendAsync(HttpMethod.Get, "/api/incidents/7")).Body!["status"]);
    }

    [Fact]
    public async Task Patch_BesideAnotherUnresolvedOne_Is409()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Fault = new IncidentConflictException(7, 8);

        var (response, body) = await api.SendAsync(HttpMethod.Patch, "/api/incidents/7", """{"status":"open"}""");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("incident 8", (string?)body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_NotJson_Is415()
    {
        await using var api = await ApiHost.StartAsync();
        using var content = new StringContent("status=open", Encoding.UTF8, "application/x-www-form-urlencoded");

        var response = await api.Http.PatchAsync(new Uri("/api/incidents/7", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/json", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_WhenTheStoreFails_Is500WithoutInnards()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Fault = new InvalidOperationException("secret innards");

        var (response, body) = await api.SendAsync(HttpMethod.Get, "/api/incidents/7");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("innards", body!.ToJsonString(), StringComparison.Ordinal);
        Assert.EndsWith(".", (string?)body["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_DescribesTheListsFiltersAndSnakeCaseRows()
    {
        await using var api = await ApiHost.StartAsync();

        var (_, body) = await api.SendAsync(HttpMethod.Get, "/openapi/v1.json");

        var list = body!["paths"]!["/api/incidents"]!["get"]!;
        Assert.Contains(list["parameters"]!.AsArray(), p => (string?)p!["name"] == "since");
        Assert.True(body["components"]!["schemas"]!["IncidentSummary"]!["properties"]!.AsObject().ContainsKey("pod_name"));
        Assert.NotNull(body["paths"]!["/api/incidents/{id}"]!["patch"]!["requestBody"]);
    }
}

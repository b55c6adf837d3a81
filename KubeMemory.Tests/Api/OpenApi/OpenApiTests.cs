using System.Text.Json.Nodes;
using KubeMemory.Core.Incidents;
using Microsoft.OpenApi;
using Xunit;

namespace KubeMemory.Tests.Api.OpenApi;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_IsValidAndHoldsEveryRoute()
    {
        var result = OpenApiDocument.Parse((await ReadAsync()).ToJsonString(), "json");

        Assert.NotNull(result.Diagnostic);
        Assert.Empty(result.Diagnostic.Errors);
        Assert.Equal(
            [
                "/alive", "/api/agents/analysis/{id}", "/api/agents/analyze/{id}", "/api/agents/runbook/{id}", "/api/agents/status", "/api/audit", "/api/dead-letters",
                "/api/dead-letters/{id}/replay", "/api/fixes", "/api/fixes/{id}", "/api/incidents", "/api/incidents/stream", "/api/incidents/{id}",
                "/api/incidents/{id}/co-occurring", "/api/incidents/{id}/correlation", "/api/incidents/{id}/fixes", "/api/incidents/{id}/graph", "/api/incidents/{id}/similar",
                "/api/memory/search", "/api/reindex", "/api/reindex/{projector}", "/api/signatures", "/api/signatures/{id}", "/api/status", "/health",
            ],
            result.Document!.Paths.Keys.Order(StringComparer.Ordinal));
        var operations = result.Document.Paths.Values.SelectMany(path => path.Operations!).ToList();
        Assert.All(operations, one => Assert.False(string.IsNullOrEmpty(one.Value.Summary)));
        Assert.Equal(operations.Count, operations.Select(one => one.Value.OperationId).Distinct().Count());
    }

    [Fact]
    public async Task Parameters_SayWhatIsAllowed()
    {
        var document = await ReadAsync();
        var list = document["paths"]!["/api/incidents"]!["get"]!["parameters"]!.AsArray().ToDictionary(p => (string)p!["name"]!, p => p!["schema"]!);

        Assert.Equal(14, list.Count);
        Assert.Equal(["open", "investigating", "resolved", "stale"], list["status"]["items"]!["enum"]!.AsArray().Select(v => (string?)v));
        Assert.Equal(Enum.GetNames<IncidentType>(), list["type"]["items"]!["enum"]!.AsArray().Select(v => (string?)v));
        Assert.Contains("-severity", list["sort"]["enum"]!.AsArray().Select(v => (string?)v));
        Assert.Equal((1, 200, 25), ((int)list["limit"]["minimum"]!, (int)list["limit"]["maximum"]!, (int)list["limit"]["default"]!));
        Assert.Contains(document["paths"]!["/api/incidents/stream"]!["get"]!["parameters"]!.AsArray(), p => (string?)p!["name"] == "Last-Event-ID");
    }

    [Fact]
    public async Task Schemas_AreSnakeCase()
    {
        var schemas = (await ReadAsync())["components"]!["schemas"]!.AsObject();

        var properties = schemas.SelectMany(s => s.Value!["properties"]?.AsObject().Select(p => p.Key) ?? []).ToList();
        Assert.Contains("last_seen_at", properties);
        Assert.All(properties, name => Assert.Matches("^[a-z][a-z0-9_]*$", name));
        Assert.Equal(["open", "investigating", "resolved", "stale"], schemas["IncidentStatus"]!["enum"]!.AsArray().Select(v => (string?)v));
    }

    [Fact]
    public async Task Errors_AreDescribedAsProblems()
    {
        var paths = (await ReadAsync())["paths"]!.AsObject();
        var patch = paths["/api/incidents/{id}"]!["patch"]!["responses"]!.AsObject();

        Assert.All(["400", "403", "404", "409", "413", "415", "500"], status => Assert.NotNull(patch[status]!["content"]!["application/problem+json"]));
        Assert.NotNull(paths["/api/incidents"]!["get"]!["responses"]!["400"]);
        Assert.NotNull(paths["/health"]!["get"]!["responses"]!["503"]);
    }

    private static async Task<JsonNode> ReadAsync()
    {
        await using var api = await ApiHost.StartAsync();
        return (await api.SendAsync(HttpMethod.Get, "/openapi/v1.json")).Body!;
    }
}

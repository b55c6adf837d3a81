using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Xunit;

namespace KubeMemory.AppHost.Tests;

/// <summary>The whole system, started: where containers can be had.</summary>
public class RunTests
{
    private const string Chroma = "/api/v2/tenants/default_tenant/databases/default_database/collections";

    /// <summary>The images come first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Event_PostedToTheSimulator_BecomesAnIncidentAndIsInChromaAndNeo4j()
    {
        Assert.SkipUnless(
            await ContainerRuntime.AnswersAsync(configured: null, TestContext.Current.CancellationToken), "No container runtime answers: neither docker nor podman.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var app = await StartAsync(patience.Token);
        var workload = $"posted-{Guid.NewGuid():N}";

        using var simulator = app.CreateHttpClient("simulator", "http");
        using var posted = await simulator.PostAsJsonAsync("/api/v1/namespaces/shop/events", Event(workload), patience.Token);
        Assert.True(posted.IsSuccessStatusCode, await posted.Content.ReadAsStringAsync(patience.Token));

        using var api = app.CreateHttpClient("api", "http");
        var incident = await UntilAsync(async () => (await api.GetFromJsonAsync<JsonNode>($"/api/incidents/?workload={workload}", patience.Token))!["results"]!.AsArray().FirstOrDefault(), patience.Token);
        var id = (long)incident["id"]!;
        await UntilAsync(() => InChromaAsync(app, id, patience.Token), patience.Token);
        await UntilAsync(() => InNeo4jAsync(app, id, patience.Token), patience.Token);
    }

    private static async Task<DistributedApplication> StartAsync(CancellationToken cancellationToken)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.KubeMemory_AppHost>(["--demo", "--no-ollama", "--KubeMemory:Containers=true"], cancellationToken);
        foreach (var resource in builder.Resources)
        {
            // Nothing of a run before, and nothing left behind.
            foreach (var volume in resource.Annotations.OfType<ContainerMountAnnotation>().ToList())
            {
                resource.Annotations.Remove(volume);
            }

            // Aspire gives ports of its own to what is behind its proxy.
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.IsProxied = true;
            }
        }

        var app = await builder.BuildAsync(cancellationToken);
        try
        {
            await app.StartAsync(cancellationToken);
            foreach (var service in new[] { "simulator", "watcher", "api", "web" })
            {
                await app.ResourceNotifications.WaitForResourceHealthyAsync(service, cancellationToken);
            }

            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    // A bare pod that nobody ever saw: its own workload.
    private static JsonObject Event(string pod)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["name"] = $"{pod}.17f0", ["namespace"] = "shop" },
            ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = "shop", ["name"] = pod, ["uid"] = Guid.NewGuid().ToString(), ["fieldPath"] = "spec.containers{app}" },
            ["type"] = "Warning",
            ["reason"] = "BackOff",
            ["message"] = $"Back-off restarting failed container app in pod {pod}_shop",
            ["source"] = new JsonObject { ["component"] = "kubelet", ["host"] = "node-1" },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 3,
        };
    }

    private static async Task<JsonNode?> InChromaAsync(DistributedApplication app, long incident, CancellationToken cancellationToken)
    {
        using var chroma = app.CreateHttpClient("chroma", "http");
        foreach (var collection in (await chroma.GetFromJsonAsync<JsonArray>(Chroma, cancellationToken))!)
        {
            var where = new JsonObject { ["where"] = new JsonObject { ["incident_id"] = new JsonObject { ["$eq"] = incident } } };
            using var reply = await chroma.PostAsJsonAsync($"{Chroma}/{(string?)collection!["id"]}/get", where, cancellationToken);
            if ((await reply.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["ids"]!.AsArray() is [{ } found, ..])
            {
                return found;
            }
        }

        return null;
    }

    private static async Task<JsonNode?> InNeo4jAsync(DistributedApplication app, long incident, CancellationToken cancellationToken)
    {
        var connection = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = await app.GetConnectionStringAsync("neo4j", cancellationToken) };
        using var neo4j = app.CreateHttpClient("neo4j", "http");
        neo4j.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"neo4j:{connection["Password"]}")));
        var statement = new JsonObject { ["statement"] = "MATCH (i:Incident {id: $id}) RETURN i.id", ["parameters"] = new JsonObject { ["id"] = incident } };
        using var reply = await neo4j.PostAsJsonAsync("/db/neo4j/query/v2", statement, cancellationToken);
        return (await reply.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["data"]!["values"]!.AsArray().FirstOrDefault();
    }

    private static async Task<JsonNode> UntilAsync(Func<Task<JsonNode?>> look, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}

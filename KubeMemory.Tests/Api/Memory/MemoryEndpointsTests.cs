using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using KubeMemory.Tests.Api.Projection;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Memory;

public sealed class MemoryEndpointsTests : IAsyncLifetime
{
    private const string Dns = "dial tcp: lookup orders-db.shop on 10.96.0.10:53: no such host";
    private static readonly DateTimeOffset At = EngineSet.Start;

    private readonly FakeTimeProvider _time = new(At);
    private readonly InMemoryVectorMemory _vectors = new();
    private StoreHost _api = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _api = await StoreHost.StartAsync(_time, services => services.AddSingleton<IVectorMemory>(_vectors));

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Similar_RecurrencesElsewhereAndUnlike_InThatOrderWithReasons()
    {
        var first = await AddAsync("web", Dns, over: true);
        await AddAsync("web", Dns, over: true, at: At + TimeSpan.FromDays(1));
        var elsewhere = await AddAsync("payments", Dns.Replace("orders-db", "ledger-db", StringComparison.Ordinal), at: At + TimeSpan.FromDays(2));
        var away = await AddAsync("web", Dns, at: At + TimeSpan.FromDays(2), cluster: "cluster-2");
        await AddAsync("search", "panic: runtime error: invalid memory address or nil pointer dereference", at: At + TimeSpan.FromDays(2));
        var asked = await AddAsync("web", Dns, at: At + TimeSpan.FromDays(4));

        var all = (await _api.GetAsync($"/api/incidents/{asked}/similar/"))["results"]!.AsArray();
        var own = (await _api.GetAsync($"/api/incidents/{asked}/similar/?scope=cluster&limit=10"))["results"]!.AsArray();

        Assert.Equal(["key", "signature", "signature"], all.Select(one => (string?)one!["match"]));
        var recurrence = all[0]!;
        Assert.NotEqual(first, IdOf(recurrence));
        Assert.Equal("The same problem 3 days earlier, 2 times before", (string?)recurrence["reasons"]![0]);
        Assert.Equal([elsewhere, away], all.Skip(1).Select(IdOf).Order());
        Assert.Contains("The same failure on workload shop/payments", all.SelectMany(one => one!["reasons"]!.AsArray()).Select(reason => (string?)reason));
        Assert.All(all, one => Assert.InRange((double)one!["score"]!, 0.5, 1));
        Assert.Equal([IdOf(recurrence), elsewhere], own.Select(IdOf));
    }

    [Fact]
    public async Task Search_WordsOfALog_QuotesTheLineWhereTheyStand()
    {
        var id = await AddAsync("web", $"starting\nloading\n{Dns}\nbye");
        await AddAsync("search", "panic: something else", cluster: "cluster-2");

        var found = await _api.GetAsync("/api/memory/search/?q=orders-db no such host&limit=5");
        var hit = Assert.Single(found["results"]!.AsArray())!;

        Assert.Equal((id, "evidence"), ((long)hit["incident"]!["id"]!, (string?)hit["kind"]));
        Assert.StartsWith($"{id}/E", (string?)hit["id"], StringComparison.Ordinal);
        Assert.StartsWith(Dns, (string?)hit["snippet"], StringComparison.Ordinal);
        Assert.Contains("It has every word that was asked for", hit["reasons"]!.AsArray().Select(reason => (string?)reason));
        Assert.InRange((double)hit["score"]!, 0.9, 1);
        Assert.Equal("incident", (string?)Assert.Single((await _api.GetAsync("/api/memory/search?q=search"))["results"]!.AsArray())!["kind"]);
        Assert.Empty((await _api.GetAsync("/api/memory/search?q=orders-db&cluster=cluster-2"))["results"]!.AsArray());
        Assert.Empty((await _api.GetAsync("/api/memory/search?q=orders-db&kind=incident"))["results"]!.AsArray());
        Assert.Empty((await _api.GetAsync("/api/memory/search?q=%E2%80%8B%E2%80%8B!"))["results"]!.AsArray());
    }

    [Fact]
    public async Task Search_WordsOfAFix_GivesTheFix()
    {
        var id = await AddAsync("web", Dns);
        await AddAsync("search", "panic: something else");
        await _api.SendAsync(HttpMethod.Post, $"/api/incidents/{id}/fixes", """{"text":"Renamed the Service back to orders-db","worked":true}""");

        var hit = Assert.Single((await _api.GetAsync("/api/memory/search?q=renamed service"))["results"]!.AsArray())!;

        Assert.Equal(("fix", "Renamed the Service back to orders-db", id), ((string?)hit["kind"], (string?)hit["snippet"], (long)hit["incident"]!["id"]!));
        Assert.Single((await _api.GetAsync("/api/memory/search?q=renamed&kind=fix"))["results"]!.AsArray());
        Assert.Empty((await _api.GetAsync("/api/memory/search?q=renamed&kind=evidence"))["results"]!.AsArray());
    }

    [Fact]
    public async Task Search_VectorsAreOut_FindsByWordsAndSaysSo()
    {
        var id = await AddAsync("web", Dns);
        _vectors.Out = new EngineUnavailableException("Chroma at c:8000", new IOException("refused"));

        var found = await _api.GetAsync("/api/memory/search?q=orders-db");

        Assert.Equal(id, (long)Assert.Single(found["results"]!.AsArray())!["incident"]!["id"]!);
        Assert.Equal("Found by words alone: Chroma at c:8000 does not answer: refused.", (string?)Assert.Single(found["missing"]!.AsArray()));
    }

    [Fact]
    public async Task Search_SecretInTheQuery_IsNotGivenBack()
    {
        var found = await _api.GetAsync("/api/memory/search?q=password%3Dhunter2hunter2");

        Assert.DoesNotContain("hunter2", found.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Correlation_StormRolloutsAndNeighbours_AreToldByWorkload()
    {
        FailureSignal Registry(FailureSignal signal) => signal with { CauseKeys = ["registry:r.example.com"], Image = "r.example.com/shop:2" };
        var asked = await AddAsync("web", Dns, change: Registry);
        await RolloutAsync(asked, "revision 4: web-6c8f, created 2025-03-01T11:30:00Z, replicas 2 wanted 0 ready, image web:4\nrevision 3: web-5b7e, created 2025-02-01T09:00:00Z, replicas 0 wanted 0 ready, image web:3\n");
        var near = await AddAsync("api", Dns, at: At + TimeSpan.FromMinutes(4), change: Registry);
        await RolloutAsync(near, "revision 2: api-7d9f, created 2025-03-01T09:59:59Z, replicas 1 wanted 0 ready, image api:2\n");
        var later = await AddAsync("cart", Dns, at: At + TimeSpan.FromMinutes(9), change: Registry);
        await AddAsync("alone", "panic: something else", at: At + TimeSpan.FromHours(8));
        await AddAsync("away", Dns, at: At, cluster: "cluster-2", change: Registry);

        var found = await _api.GetAsync($"/api/incidents/{asked}/correlation/");

        var beside = Assert.Single(found["co_occurring"]!.AsArray())!;
        Assert.Equal((near, 240.0), ((long)beside["incident"]!["id"]!, (double)beside["apart_seconds"]!));
        var shared = found["shared"]!.AsArray();
        var storm = Assert.Single(shared, one => (string?)one!["kind"] == "storm")!;
        Assert.Equal(("registry:r.example.com", 3), ((string?)storm["name"], (int)storm["workloads"]!));
        Assert.Equal([near, later], storm["incidents"]!.AsArray().Select(id => (long)id!));
        Assert.Contains(shared, one => (string?)one!["kind"] == "registry" && (string?)one["name"] == "r.example.com");
        Assert.Contains(shared, one => (string?)one!["kind"] == "node" && (string?)one["name"] == "node-1");
        var rollout = Assert.Single(found["rollouts"]!.AsArray())!;
        Assert.Equal(("web", "image web:3 → web:4", 30.0, true), ((string?)rollout["workload"], (string?)rollout["change"], (double)rollout["minutes_before"]!, (bool)rollout["same"]!));
        Assert.Equal((3, 1), ((int)found["blast_radius"]!["workloads"]!, (int)found["blast_radius"]!["namespaces"]!));
        Assert.Equal(["shop/web", "shop/api", "shop/cart"], found["blast_radius"]!["names"]!.AsArray().Select(name => (string?)name));
    }

    [Fact]
    public async Task Correlation_ExactlyADayApart_IsNotTogether()
    {
        var asked = await AddAsync("web", Dns, at: At + TimeSpan.FromDays(1));
        await AddAsync("api", Dns, at: At, over: true);

        Assert.Empty((await _api.GetAsync($"/api/incidents/{asked}/correlation"))["co_occurring"]!.AsArray());
    }

    [Fact]
    public async Task Correlation_GraphIsOut_TellsTheRestAndSaysSo()
    {
        await using var host = await StoreHost.StartAsync(_time, services => services.AddSingleton<IIncidentGraph>(new NoGraph()));
        await host.IngestAsync(Make.Event("web", "a", 1, At), Make.Event("api", "b", 1, At));
        var id = (long)(await host.GetAsync("/api/incidents?workload=web"))["results"]![0]!["id"]!;

        var found = await host.GetAsync($"/api/incidents/{id}/correlation");

        Assert.Empty(found["co_occurring"]!.AsArray());
        Assert.StartsWith("What began with it and what hangs on the same is not known: Neo4j at g:7474 does not answer", (string?)Assert.Single(found["missing"]!.AsArray()), StringComparison.Ordinal);
        Assert.Equal(1, (int)found["blast_radius"]!["workloads"]!);
    }

    [Theory]
    [InlineData("/api/incidents/1/similar?limit=51", "limit '51' is not a number from 1 to 50.")]
    [InlineData("/api/incidents/1/similar?scope=mine", "scope 'mine' is not known; use cluster or all.")]
    [InlineData("/api/incidents/1/similar?q=x", "There is no query parameter 'q'; use limit, scope.")]
    [InlineData("/api/incidents/1/correlation?within=5m", "There is no query parameter 'within'; this address takes none.")]
    [InlineData("/api/memory/search", "q is missing; say what to look for, like ?q=connection refused.")]
    [InlineData("/api/memory/search?q=%20", "q is missing; say what to look for, like ?q=connection refused.")]
    [InlineData("/api/memory/search?q=a&kind=pod", "kind 'pod' is not known; use incident, evidence, fix.")]
    [InlineData("/api/memory/search?q=a&cluster=nowhere", "There is no cluster 'nowhere'; GET /api/status lists those that there are.")]
    [InlineData("/api/memory/search?q=a&q=b", "q stands 2 times in the query; give it once.")]
    public async Task Ask_Wrongly_IsABadRequestThatSaysWhy(string path, string detail)
    {
        var (response, body) = await _api.SendAsync(HttpMethod.Get, path);

        Assert.Equal((HttpStatusCode.BadRequest, detail), (response.StatusCode, (string?)body!["detail"]));
    }

    [Fact]
    public async Task Ask_LongestQuery_IsTakenAndOneMoreIsNot()
    {
        Assert.Equal(HttpStatusCode.OK, (await _api.SendAsync(HttpMethod.Get, $"/api/memory/search?q={new string('x', MemorySearch.LongestQuery)}")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _api.SendAsync(HttpMethod.Get, $"/api/memory/search?q={new string('x', MemorySearch.LongestQuery + 1)}")).Response.StatusCode);
    }

    [Theory]
    [InlineData("similar")]
    [InlineData("correlation")]
    public async Task Ask_ForAnIncidentThatIsNotThere_IsNotFound(string what)
    {
        var (response, body) = await _api.SendAsync(HttpMethod.Get, $"/api/incidents/4711/{what}");

        Assert.Equal((HttpStatusCode.NotFound, "There is no incident 4711; GET /api/incidents/ lists those that there are."), (response.StatusCode, (string?)body!["detail"]));
    }

    private static long IdOf(JsonNode? similar) => (long)similar!["incident"]!["id"]!;

    private async Task<long> AddAsync(
        string workload, string log, DateTimeOffset? at = null, string cluster = Make.Cluster, bool over = false, Func<FailureSignal, FailureSignal>? change = null)
    {
        var seen = at ?? At;
        _time.SetUtcNow(_time.GetUtcNow() < seen ? seen : _time.GetUtcNow());
        var signal = Make.Event(workload, $"{cluster}-{workload}-{seen.Ticks}", 1, seen) with
        {
            ClusterId = cluster,
            FirstSeen = seen,
            Message = "Back-off restarting failed container",
            Description = "Container app keeps crashing, last with exit code 1",
            Signature = "CrashLoopBackOff: exit code 1",
        };
        await _api.IngestAsync(change is null ? signal : change(signal));
        var id = (await _api.Engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200 }, Token)).Results.Max(incident => incident.Id);
        await _api.IngestAsync(new EvidenceSignal
        {
            ClusterId = cluster,
            IncidentId = id,
            Items = [new EvidenceItem(EvidenceKind.Log, "log|x|app|previous", "Log of app before its last restart", log, seen, "x", "app", Previous: true)],
        });
        if (over)
        {
            await _api.SendAsync(HttpMethod.Patch, $"/api/incidents/{id}", """{"status":"resolved"}""");
        }

        return id;
    }

    private Task RolloutAsync(long id, string text) => _api.IngestAsync(new EvidenceSignal
    {
        ClusterId = Make.Cluster,
        IncidentId = id,
        Items = [new EvidenceItem(EvidenceKind.Rollout, "rollout", "Last rollouts", text, At)],
    });

    private sealed class NoGraph : IIncidentGraph
    {
        private static readonly EngineUnavailableException Fault = new("Neo4j at g:7474", new IOException("refused"));

        public Task PrepareAsync(CancellationToken cancellationToken) => throw Fault;

        public Task UpsertAsync(IReadOnlyList<IncidentFacts> incidents, CancellationToken cancellationToken) => throw Fault;

        public Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken) => throw Fault;

        public Task<IReadOnlyList<CoOccurrence>> FindCoOccurringAsync(long incidentId, TimeSpan within, int max, CancellationToken cancellationToken) => throw Fault;

        public Task<GraphNeighbourhood?> GetNeighbourhoodAsync(long incidentId, int maxIncidents, CancellationToken cancellationToken) => throw Fault;

        public Task<long> CountAsync(CancellationToken cancellationToken) => throw Fault;

        public Task DropAsync(CancellationToken cancellationToken) => throw Fault;
    }
}

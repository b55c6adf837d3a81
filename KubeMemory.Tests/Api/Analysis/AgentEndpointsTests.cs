using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Api.Analysis;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Api.Analysis;

/// <summary>The endpoints over the embedded engines, with the worker where it says so.</summary>
public sealed class AgentEndpointsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Analysis_NobodyHasAsked_IsNone()
    {
        await using var api = await StartAsync(withWorker: false);
        var id = await IncidentAsync(api, "cart");

        var view = await api.GetAsync($"/api/agents/analysis/{id}/");

        Assert.Equal(("none", null), ((string?)view["state"], view["result"]));
    }

    [Fact]
    public async Task Analyze_IsDone_AndReadWithItsSources()
    {
        await using var api = await StartAsync(withWorker: true);
        var id = await IncidentAsync(api, "cart");

        var (response, body) = await api.SendAsync(HttpMethod.Post, $"/api/agents/analyze/{id}/");
        var result = await DoneAsync(api, id);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/api/agents/analysis/{id}/", response.Headers.Location?.OriginalString);
        Assert.Equal(id, (long)body!["incident_id"]!);
        Assert.Equal(("confirmed", "dependency-no-such-host", "postgres.data"), ((string?)result["verdict"], (string?)result["signature_id"], (string?)result["thing"]));
        Assert.Contains(result["sources"]!.AsArray(), source => (string?)source!["kind"] == "evidence" && ((string?)source["quote"])!.Contains("no such host", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Worker_AnIncidentThatOpens_IsAnalysedByItself_OnceItsEvidenceIsThere()
    {
        await using var api = await StartAsync(withWorker: true);

        var id = await IncidentAsync(api, "cart");

        Assert.Equal("postgres.data", (string?)(await DoneAsync(api, id))["thing"]);
    }

    [Fact]
    public async Task Analysis_MadeForAnotherOfItsKey_IsToldOfThisOne()
    {
        await using var api = await StartAsync(withWorker: true);
        var first = await IncidentAsync(api, "cart");
        await DoneAsync(api, first);

        var second = await IncidentAsync(api, "billing");
        var result = await DoneAsync(api, second);

        Assert.Equal("The host postgres.data cannot be resolved from billing.", (string?)result["root_cause"]);
        var status = await api.GetAsync("/api/agents/status/");
        Assert.Equal((1, 1, 0), ((int)status["completed_today"]!, (int)status["reused_today"]!, (int)status["tokens_today"]!));
    }

    [Fact]
    public async Task Correction_OnOneIncident_StandsInTheNextAnalysisOfTheLike()
    {
        await using var api = await StartAsync(withWorker: true);
        var first = await IncidentAsync(api, "cart");
        var before = await DoneAsync(api, first);
        await api.Engines.Fixes.AddAsync(
            first, new FixDraft("Opened DNS in the network policy", true, "The network policy denied DNS", (string?)before["signature_id"], "ada"), Token);

        var second = await IncidentAsync(api, "billing");
        var result = await DoneAsync(api, second);

        Assert.Null(before["correction"]);
        Assert.Contains("ada corrected: The network policy denied DNS.", (string?)result["correction"], StringComparison.Ordinal);
        Assert.Contains(result["steps"]!.AsArray(), step => (string?)step!["origin"] == "fix" && ((string?)step["text"])!.StartsWith("Opened DNS in the network policy (fixes worked 1 of 1 time for this failure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancel_QueuedThenNothing_IsDoneThenRefused()
    {
        await using var api = await StartAsync(withWorker: false);
        var id = await IncidentAsync(api, "cart");
        await api.SendAsync(HttpMethod.Post, $"/api/agents/analyze/{id}");

        var (done, _) = await api.SendAsync(HttpMethod.Delete, $"/api/agents/analyze/{id}");
        var (refused, problem) = await api.SendAsync(HttpMethod.Delete, $"/api/agents/analyze/{id}");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Conflict), (done.StatusCode, refused.StatusCode));
        Assert.Equal($"No analysis of incident {id} is queued or running; there is nothing to cancel.", (string?)problem!["detail"]);
        Assert.Equal("cancelled", (string?)(await api.GetAsync($"/api/agents/analysis/{id}"))["state"]);
    }

    [Theory]
    [InlineData("GET", "/api/agents/analysis/404/")]
    [InlineData("POST", "/api/agents/analyze/404/")]
    [InlineData("DELETE", "/api/agents/analyze/404/")]
    [InlineData("POST", "/api/agents/runbook/404/")]
    public async Task NoSuchIncident_IsOneSentence(string method, string path)
    {
        await using var api = await StartAsync(withWorker: false);

        var (response, problem) = await api.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.NotFound, "There is no incident 404; GET /api/incidents/ lists those that there are."), (response.StatusCode, (string?)problem!["detail"]));
    }

    [Fact]
    public async Task Runbook_OfAnAnalysis_TellsItsCause()
    {
        await using var api = await StartAsync(withWorker: true);
        var id = await IncidentAsync(api, "cart");
        await DoneAsync(api, id);

        var (response, runbook) = await api.SendAsync(HttpMethod.Post, $"/api/agents/runbook/{id}/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"incident-{id}-cart.md", (string?)runbook!["file_name"]);
        Assert.Contains("**Confirmed.** The host postgres.data cannot be resolved from cart.", (string?)runbook["markdown"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_WithoutAModel_IsTheRules()
    {
        await using var api = await StartAsync(withWorker: false, ("KubeMemory:Analysis:TokensPerDay", "1000"));
        var id = await IncidentAsync(api, "cart");
        await api.SendAsync(HttpMethod.Post, $"/api/agents/analyze/{id}");

        var status = await api.GetAsync("/api/agents/status/");

        Assert.Equal(("rules", true, 1, 1000, null), ((string?)status["engine"], (bool)status["healthy"]!, (int)status["queued"]!, (long)status["token_budget"]!, (string?)status["error"]));
    }

    [Fact]
    public async Task Live_EveryStep_IsSaid_WithNothingButItself()
    {
        await using var api = await StartAsync(withWorker: true);
        var from = await api.Engines.LiveFeed.GetEndAsync(Token);
        var id = await IncidentAsync(api, "cart");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);

        var said = new List<AnalysisState>();
        await foreach (var entry in api.Engines.LiveFeed.ReadAsync(from, limit.Token))
        {
            if (entry.Change is { Kind: LiveChangeKinds.Analysis, Analysis: { } progress })
            {
                Assert.Equal((null, null, id), (entry.Change.Incident, entry.Change.IncidentId, progress.IncidentId));
                said.Add(progress.State);
                if (progress.State == AnalysisState.Done)
                {
                    break;
                }
            }
        }

        Assert.Equal([AnalysisState.Queued, AnalysisState.Running, AnalysisState.Done], said.Distinct());
    }

    [Fact]
    public async Task Worker_AThousandIncidentsOfTwentyKeys_CostTwentyAnalyses()
    {
        await using var api = await StartAsync(withWorker: true);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var batch in Enumerable.Range(0, 1000).Chunk(200))
        {
            await api.IngestAsync(batch.Select(i => Make.Event($"workload-{i}", $"s{i}", 1, now) with { Signature = Signature, Message = $"Back-off {i} restarting failed container" }));
        }

        var ids = (await AllAsync(api)).ToDictionary(incident => incident.Workload, incident => incident.Id);
        Assert.Equal(1000, ids.Count);
        foreach (var batch in Enumerable.Range(0, 1000).Chunk(200))
        {
            await api.IngestAsync(batch.Select(i => Evidence(ids[$"workload-{i}"], $"workload-{i}", $"2026-01-01T00:00:{i % 60:00}Z attempt {i}: lookup host-{(char)('a' + (i % 20))}.data: no such host")));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        AnalysisCounts counts;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
            counts = await api.Engines.Analyses.CountAsync(limit.Token);
        }
        while (counts.CompletedToday + counts.ReusedToday < 1000 || counts.Queued + counts.Running > 0);

        Assert.Equal(20, counts.CompletedToday);
        var things = new HashSet<string>();
        foreach (var (workload, id) in ids.Take(40))
        {
            var result = (await api.GetAsync($"/api/agents/analysis/{id}"))["result"]!;
            Assert.EndsWith($"cannot be resolved from {workload}.", (string?)result["root_cause"], StringComparison.Ordinal);
            things.Add((string)result["thing"]!);
        }

        Assert.Equal(20, things.Count);
    }

    private const string Signature = "CrashLoopBackOff exit 1";

    private static Task<StoreHost> StartAsync(bool withWorker, params (string Key, string Value)[] settings) => StoreHost.StartAsync(
        TimeProvider.System,
        services =>
        {
            services.AddSingleton(AnalysisSamples.Diagnoser);
            if (withWorker)
            {
                services.AddAnalyses();
            }
        },
        settings);

    /// <summary>Opens it, and answers for its evidence as the watcher would.</summary>
    private static async Task<long> IncidentAsync(StoreHost api, string workload)
    {
        await api.IngestAsync(Make.Event(workload, workload, 1, TimeProvider.System.GetUtcNow()) with { Signature = Signature });
        var id = (await AllAsync(api)).Single(incident => incident.Workload == workload).Id;
        await api.IngestAsync(Evidence(id, workload, "dial tcp: lookup postgres.data: no such host"));
        return id;
    }

    private static EvidenceSignal Evidence(long id, string workload, string log) => new()
    {
        ClusterId = Make.Cluster,
        IncidentId = id,
        Items = [new EvidenceItem(EvidenceKind.Log, $"log|{workload}-1|app|previous", "Log of app before its last restart", log, TimeProvider.System.GetUtcNow(), $"{workload}-1", "app", true)],
        Missing = [],
    };

    private static async Task<List<IncidentSummary>> AllAsync(StoreHost api)
    {
        var all = new List<IncidentSummary>();
        string? cursor = null;
        do
        {
            var slice = await api.Engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200, Cursor = cursor }, Token);
            all.AddRange(slice.Results);
            cursor = slice.Next;
        }
        while (cursor is not null);

        return all;
    }

    private static async Task<JsonNode> DoneAsync(StoreHost api, long id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        while (true)
        {
            var view = await api.GetAsync($"/api/agents/analysis/{id}/");
            if ((string?)view["state"] == "done" && view["result"] is { } result)
            {
                return result;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }
}

using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Fixes;

public sealed class FixEndpointsTests
{
    private readonly FakeTimeProvider _time = new(EngineSet.Start);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Add_WhatWorked_IsRecordedUnderTheNameOfWhoAsks(string slash)
    {
        await using var api = await StoreHost.StartAsync(_time, [("KubeMemory:Access:Mode", "ApiKey"), .. TestKeys.Settings]);
        var id = await IncidentAsync(api, "web");

        var (response, body) = await api.SendAsync(
            HttpMethod.Post,
            $"/api/incidents/{id}/fixes{slash}",
            """{"text":" Raised the memory limit ","worked":true,"correction":null}""",
            (AccessHeaders.Key, TestKeys.Operator));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(
            ("Raised the memory limit", true, "otto", "web", "OOMKilled: cause", id),
            ((string?)body!["text"], (bool?)body["worked"], (string?)body["by"], (string?)body["workload"], (string?)body["signature"], (long)body["incident_id"]!));
        Assert.Null(body["correction"]);
        var entry = Assert.Single((await api.Engines.Audit.ListAsync(null, 10, Token)).Results);
        Assert.Equal(("otto", "POST /api/incidents/{id}/fixes", 201), (entry.Entry.User, entry.Entry.Action, entry.Status));
    }

    [Fact]
    public async Task Add_FixOnOne_IsProposedOnTheNextSimilarOneWithItsRate()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var (web, next) = (await IncidentAsync(api, "web"), await IncidentAsync(api, "api"));
        await AddAsync(api, web, """{"text":"Raised the memory limit","worked":true}""");
        await AddAsync(api, web, """{"text":"Restarted it","worked":false}""");
        _time.Advance(TimeSpan.FromDays(2));

        var found = await api.GetAsync($"/api/incidents/{next}/fixes/");
        Assert.Empty(found["fixes"]!.AsArray());
        var proposal = Assert.Single(found["proposals"]!.AsArray())!;
        Assert.Equal(("Raised the memory limit", "It worked for the same failure of shop/web 2 days ago."), ((string?)proposal["fix"]!["text"], (string?)proposal["reason"]));
        Assert.Equal((1, 2), ((long)proposal["on_signature"]!["worked"]!, (long)proposal["on_signature"]!["tried"]!));
        Assert.Equal((0, 0), ((long)proposal["on_workload"]!["worked"]!, (long)proposal["on_workload"]!["tried"]!));

        var own = await api.GetAsync($"/api/incidents/{web}/fixes");
        Assert.Equal(["Restarted it", "Raised the memory limit"], own["fixes"]!.AsArray().Select(fix => (string?)fix!["text"]));
        Assert.Empty(own["proposals"]!.AsArray());
    }

    [Fact]
    public async Task Add_Correction_IsSeenOnTheLikeAndAsksForItsAnalysisAgain()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var (web, other) = (await IncidentAsync(api, "web"), await IncidentAsync(api, "api"));
        await AnalyseAsync(api, web, "oom-by-limit");

        var added = await AddAsync(api, web, """{"correction":"The heap grew, not the cache."}""");
        Assert.Equal(("", "oom-by-limit", null), ((string?)added["text"], (string?)added["signature_id"], (bool?)added["worked"]));
        var found = await api.GetAsync($"/api/incidents/{other}/fixes");
        Assert.Equal("The heap grew, not the cache.", (string?)Assert.Single(found["corrections"]!.AsArray())!["correction"]);
        Assert.Equal(AnalysisState.Queued, (await api.Engines.Analyses.GetAsync(other, Token))!.State);
        Assert.Equal(AnalysisState.Queued, (await api.Engines.Analyses.GetAsync(web, Token))!.State);
    }

    [Fact]
    public async Task Add_SecretsAndHiddenCharacters_AreNotStored()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var id = await IncidentAsync(api, "web");

        var added = await AddAsync(
            api,
            id,
            """{"text":"set DB_PASSWORD=hunter2hunter2 \u200bin the\u202e secret\u001b[31m","correction":"it used postgres://app:s3cretword@db:5432/app","worked":true}""");
        var stored = (await api.GetAsync($"/api/incidents/{id}/fixes")).ToJsonString() + (await api.GetAsync("/api/fixes")).ToJsonString() + added.ToJsonString();
        Assert.All(["hunter2", "s3cretword", "\\u200b", "\\u202e", "\\u001b"], hidden => Assert.DoesNotContain(hidden, stored, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("set DB_PASSWORD=[redacted] in the secret", (string?)added["text"]);
        Assert.Contains("[redacted]", (string?)added["correction"], StringComparison.Ordinal);

        var (_, edited) = await api.SendAsync(HttpMethod.Patch, $"/api/fixes/{added["id"]}", """{"text":"token: ghp_0123456789abcdefghijABCDEFGHIJ012345"}""");
        Assert.DoesNotContain("ghp_0123", edited!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text":"x","by":"somebody else"}""", "'by' cannot be set")]
    [InlineData("""{"text":"x","worked":"yes"}""", "worked is neither true nor false")]
    [InlineData("""{"text":1}""", "text is no string")]
    [InlineData("""{"text":"x","correction":["y"]}""", "correction is no string")]
    [InlineData("""{"text":"x","text":"y"}""", "not JSON")]
    [InlineData("""{"text":"\ud83d"}""", "broken escape sequence")]
    [InlineData("""{"text":"  \u200b ","correction":null,"worked":true}""", "neither text nor correction")]
    [InlineData("""{}""", "neither text nor correction")]
    [InlineData("""["x"]""", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{", "not JSON")]
    [InlineData("", "not JSON")]
    public async Task Add_AnythingElse_IsRefusedAndRecordsNothing(string json, string expected)
    {
        await using var api = await StoreHost.StartAsync(_time);
        var id = await IncidentAsync(api, "web");

        var (response, body) = await api.SendAsync(HttpMethod.Post, $"/api/incidents/{id}/fixes", json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Equal(0, (long)(await api.GetAsync("/api/fixes"))["count"]!);
    }

    [Theory]
    [InlineData("text", 4000)]
    [InlineData("correction", 2000)]
    public async Task Add_LongestText_IsTakenAndALongerOneIsNot(string name, int longest)
    {
        await using var api = await StoreHost.StartAsync(_time);
        var id = await IncidentAsync(api, "web");
        // Six bytes a character: the largest body that fits.
        string Body(int length) => $$"""{"{{name}}":"{{string.Concat(Enumerable.Repeat("\\u00fc", length))}}"}""";

        Assert.Equal(longest, ((string)(await AddAsync(api, id, Body(longest)))[name]!).Length);
        var (response, body) = await api.SendAsync(HttpMethod.Post, $"/api/incidents/{id}/fixes", Body(longest + 1));
        Assert.Equal((HttpStatusCode.BadRequest, $"{name} has {longest + 1} characters; use at most {longest}."), (response.StatusCode, (string?)body!["detail"]));
    }

    [Fact]
    public async Task Add_BodyThatIsTooLarge_Is413AndSaysHowLargeItMayBe()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var id = await IncidentAsync(api, "web");

        var (response, body) = await api.SendAsync(HttpMethod.Post, $"/api/incidents/{id}/fixes", $$"""{"text":"{{new string('x', 70_000)}}"}""");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "The body is too large; send less than 64 KiB."), (response.StatusCode, (string?)body!["detail"]));
    }

    [Fact]
    public async Task Edit_SaysWhetherItWorked_LeavesTheRest()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var fix = await AddAsync(api, await IncidentAsync(api, "web"), """{"text":"Raised the limit","correction":"heap"}""");
        _time.Advance(TimeSpan.FromMinutes(5));

        var (response, body) = await api.SendAsync(HttpMethod.Patch, $"/api/fixes/{fix["id"]}/", """{"text":null,"worked":true,"correction":""}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("Raised the limit", true, null), ((string?)body!["text"], (bool?)body["worked"], (string?)body["correction"]));
        Assert.Equal(EngineSet.Start + TimeSpan.FromMinutes(5), (DateTimeOffset)body["edited_at"]!);
    }

    [Theory]
    [InlineData("""{}""", "nothing to change")]
    [InlineData("""{"worked":null}""", "nothing to change")]
    [InlineData("""{"text":""}""", "delete the fix")]
    [InlineData("""{"incident_id":2}""", "'incident_id' cannot be set")]
    public async Task Edit_AnythingElse_IsRefused(string json, string expected)
    {
        await using var api = await StoreHost.StartAsync(_time);
        var fix = await AddAsync(api, await IncidentAsync(api, "web"), """{"text":"Raised the limit"}""");

        var (response, body) = await api.SendAsync(HttpMethod.Patch, $"/api/fixes/{fix["id"]}", json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (string?)body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Fix_IsGoneFromEveryList()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var id = await IncidentAsync(api, "web");
        var fix = await AddAsync(api, id, """{"text":"Raised the limit"}""");

        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, $"/api/fixes/{fix["id"]}/")).Response.StatusCode);
        Assert.Empty((await api.GetAsync($"/api/incidents/{id}/fixes"))["fixes"]!.AsArray());
        Assert.Equal(0, (long)(await api.GetAsync("/api/fixes/"))["count"]!);
    }

    [Theory]
    [InlineData("GET", "/api/incidents/4711/fixes", "no incident 4711")]
    [InlineData("POST", "/api/incidents/4711/fixes", "no incident 4711")]
    [InlineData("PATCH", "/api/fixes/4711", "no fix 4711")]
    [InlineData("DELETE", "/api/fixes/4711", "no fix 4711")]
    public async Task Any_ThatIsNotThere_Is404(string method, string path, string expected)
    {
        await using var api = await StoreHost.StartAsync(_time);

        var (response, body) = await api.SendAsync(new HttpMethod(method), path, method is "POST" or "PATCH" ? """{"text":"x"}""" : null);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(expected, (string?)body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_NextLeadsThroughAllOfASignature()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var (web, other) = (await IncidentAsync(api, "web"), await IncidentAsync(api, "other", "Unknown: a & b"));
        for (var n = 0; n < 5; n++)
        {
            await AddAsync(api, web, $$"""{"text":"fix {{n}}"}""");
            await AddAsync(api, other, """{"text":"of another"}""");
        }

        var texts = new List<string>();
        for (var next = "/api/fixes/?limit=2&signature=OOMKilled:%20cause"; next is not null;)
        {
            var page = await api.GetAsync(next);
            Assert.Equal(5, (long)page["count"]!);
            texts.AddRange(page["results"]!.AsArray().Select(fix => (string)fix!["text"]!));
            next = (string?)page["next"];
        }

        Assert.Equal(["fix 4", "fix 3", "fix 2", "fix 1", "fix 0"], texts);
        Assert.Equal(10, (long)(await api.GetAsync("/api/fixes"))["count"]!);
        Assert.Equal(5, (long)(await api.GetAsync("/api/fixes/?signature=Unknown:%20a%20%26%20b"))["count"]!);
    }

    [Theory]
    [InlineData("limit=0", "from 1 to 100")]
    [InlineData("limit=101", "from 1 to 100")]
    [InlineData("cursor=x", "none of this list's")]
    [InlineData("cursor=-1", "none of this list's")]
    [InlineData("before=1", "no query parameter 'before'")]
    [InlineData("limit=1&limit=2", "stands 2 times")]
    public async Task List_QueryThatMakesNoSense_IsRefused(string query, string expected)
    {
        await using var api = await StoreHost.StartAsync(_time);

        var (response, body) = await api.SendAsync(HttpMethod.Get, $"/api/fixes/?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (string?)body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_SimilarIncidents_TheirFixesAreProposedToo()
    {
        var similar = new FakeSimilarCases();
        await using var api = await StoreHost.StartAsync(_time, services => services.AddSingleton<ISimilarCases>(similar));
        var (web, like) = (await IncidentAsync(api, "web"), await IncidentAsync(api, "like", "Unknown: else"));
        await AddAsync(api, like, """{"text":"Rolled back","worked":true}""");
        similar.Found = [await SummaryAsync(api, like)];

        var found = await api.GetAsync($"/api/incidents/{web}/fixes");
        Assert.Equal("It worked for a similar failure of shop/like just now.", (string?)Assert.Single(found["proposals"]!.AsArray())!["reason"]);
        Assert.Equal(web, similar.AskedFor);
    }

    [Fact]
    public async Task Get_WhatFindsSimilarDoesNotAnswer_TheRestIsThere()
    {
        var similar = new FakeSimilarCases { Fault = new EngineUnavailableException("Chroma at chroma:8000", new IOException("there is no connection")) };
        await using var api = await StoreHost.StartAsync(_time, services => services.AddSingleton<ISimilarCases>(similar));
        var (web, other) = (await IncidentAsync(api, "web"), await IncidentAsync(api, "api"));
        await AddAsync(api, other, """{"text":"Raised the limit","worked":true}""");

        Assert.Single((await api.GetAsync($"/api/incidents/{web}/fixes"))["proposals"]!.AsArray());
    }

    [Fact]
    public async Task ListIncidents_WordOfAFix_FindsTheIncident()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var web = await IncidentAsync(api, "web");
        await IncidentAsync(api, "api");
        await AddAsync(api, web, """{"text":"Doubled the cgroup headroom","worked":true}""");

        Assert.Equal(web, (long)Assert.Single((await api.GetAsync("/api/incidents/?q=headroom"))["results"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task Graph_OfTheIncident_ShowsItsFix()
    {
        await using var api = await StoreHost.StartAsync(_time);
        var web = await IncidentAsync(api, "web");
        await AddAsync(api, web, """{"text":"Raised the limit","worked":true}""");

        var graph = await api.GetAsync($"/api/incidents/{web}/graph");
        Assert.Contains(graph["nodes"]!.AsArray(), node => ((string?)node!["label"], (string?)node["name"]) == ("Fix", "Raised the limit"));
    }

    private static async Task<JsonNode> AddAsync(StoreHost api, long incident, string json)
    {
        var (response, body) = await api.SendAsync(HttpMethod.Post, $"/api/incidents/{incident}/fixes/", json);
        Assert.True(response.StatusCode == HttpStatusCode.Created, body?.ToJsonString());
        return body!;
    }

    private static async Task<long> IncidentAsync(StoreHost api, string workload, string signature = "OOMKilled: cause")
    {
        await api.IngestAsync(Make.Event(workload, workload, 1, EngineSet.Start) with { Signature = signature });
        return (await api.Engines.Reader.ListAsync(IncidentQuery.All with { Workload = [workload] }, Token)).Results.Single().Id;
    }

    private static async Task<IncidentSummary> SummaryAsync(StoreHost api, long id) => (await api.Engines.Outbox.IncidentAsync(id, Token))!;

    private static async Task AnalyseAsync(StoreHost api, long id, string signatureId)
    {
        await api.Engines.Analyses.RequestAsync(id, 1, force: false, Token);
        var claim = Assert.Single(await api.Engines.Analyses.ClaimAsync(1, TimeSpan.FromMinutes(1), Token));
        var result = new AnalysisResult
        {
            AnalysisKey = "k",
            IncidentId = id,
            Verdict = Verdict.Confirmed,
            SignatureId = signatureId,
            RootCause = "Killed at its own limit.",
            Steps = [],
            Prevention = [],
            Confidence = 0.9,
            ConfidenceOrigin = "Stated by the state.",
            Sources = [],
            DurationMs = 1,
            PromptVersion = "1",
            At = EngineSet.Start,
        };
        Assert.True(await api.Engines.Analyses.CompleteAsync(claim, result, reused: false, Token));
    }

    private sealed class FakeSimilarCases : ISimilarCases
    {
        public IReadOnlyList<IncidentSummary> Found { get; set; } = [];

        public Exception? Fault { get; init; }

        public long AskedFor { get; private set; }

        public Task<IReadOnlyList<SimilarIncidentDto>> FindAsync(long incidentId, int max, CancellationToken cancellationToken)
        {
            AskedFor = incidentId;
            return Fault is null
                ? Task.FromResult<IReadOnlyList<SimilarIncidentDto>>([.. Found.Select(one => new SimilarIncidentDto(one, 0.9))])
                : Task.FromException<IReadOnlyList<SimilarIncidentDto>>(Fault);
        }
    }
}

using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What people did, in the store of each size, and what becomes of it.</summary>
public abstract class FixesContract : IAsyncLifetime
{
    private const string Memory = "OOMKilled: memory limit";

    private static readonly DateTimeOffset At = EngineSet.Start;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    protected EngineSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IFixes Fixes => Engines.Fixes;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task Add_ToAnIncident_IsKeptWithWhatTheIncidentIs()
    {
        await Engines.IngestAsync(new ClusterSignal { ClusterId = Make.Cluster, Name = "prod" });
        var id = await IncidentAsync("web");

        var added = (await Fixes.AddAsync(id, new("Raised the limit", true, "It was the cache.", "oom-by-limit", "ada"), Token))!;
        Assert.Equal(
            new FixDto(added.Id, id, "Raised the limit", true, "It was the cache.", Memory, "oom-by-limit", "prod", "shop", "web", "ada", At, null), added);
        Assert.Equal(added, await Fixes.GetAsync(added.Id, Token));
        Assert.Equal([added], await Fixes.OfIncidentAsync(id, Token));
        Assert.Null(await Fixes.AddAsync(id + 1, Draft("nothing"), Token));
        Assert.Null(await Fixes.GetAsync(added.Id + 1, Token));
    }

    [Fact]
    public async Task Add_NobodyHasSaidWhetherItWorked_IsNotKnown()
    {
        var id = await IncidentAsync("web");

        var added = (await Fixes.AddAsync(id, new("Rolled back", null, null, null, "ada"), Token))!;
        Assert.Equal((null, null, null), (added.Worked, added.Correction, added.SignatureId));
    }

    [Fact]
    public async Task Edit_SomeOfIt_LeavesTheRest()
    {
        var fix = (await Fixes.AddAsync(await IncidentAsync("web"), new("Raised the limit", null, "It was the cache.", "oom", "ada"), Token))!;
        await Engines.PassAsync(Day);

        var worked = (await Fixes.EditAsync(fix.Id, new FixPatch(null, true, null), Token))!;
        Assert.Equal(fix with { Worked = true, EditedAt = At + Day }, worked);
        var corrected = (await Fixes.EditAsync(fix.Id, new FixPatch("Raised it twice", null, ""), Token))!;
        Assert.Equal(worked with { Text = "Raised it twice", Correction = null }, corrected);
        Assert.Equal(corrected, await Fixes.GetAsync(fix.Id, Token));
        Assert.Null(await Fixes.EditAsync(fix.Id + 1, new FixPatch("x", null, null), Token));
    }

    [Fact]
    public async Task Delete_Fix_IsGone()
    {
        var id = await IncidentAsync("web");
        var fix = (await Fixes.AddAsync(id, Draft("Raised the limit"), Token))!;

        Assert.True(await Fixes.DeleteAsync(fix.Id, Token));
        Assert.False(await Fixes.DeleteAsync(fix.Id, Token));
        Assert.Null(await Fixes.GetAsync(fix.Id, Token));
        Assert.Empty(await Fixes.OfIncidentAsync(id, Token));
    }

    [Fact]
    public async Task List_PagesAndSignature_HoldEveryFixOnceNewestFirst()
    {
        var (web, api) = (await IncidentAsync("web"), await IncidentAsync("api", "CrashLoopBackOff: exit code 1"));
        for (var n = 0; n < 5; n++)
        {
            await Fixes.AddAsync(n % 2 == 0 ? web : api, Draft($"fix {n}"), Token);
        }

        var (count, first) = await Fixes.ListAsync(null, null, 3, Token);
        Assert.Equal((5, "fix 4 fix 3 fix 2"), (count, string.Join(' ', first.Select(fix => fix.Text))));
        var (again, rest) = await Fixes.ListAsync(null, first[^1].Id, 3, Token);
        Assert.Equal((5, "fix 1 fix 0"), (again, string.Join(' ', rest.Select(fix => fix.Text))));

        var (ofMemory, some) = await Fixes.ListAsync(Memory, null, 2, Token);
        Assert.Equal((3, "fix 4 fix 2"), (ofMemory, string.Join(' ', some.Select(fix => fix.Text))));
        Assert.Equal("fix 0", Assert.Single((await Fixes.ListAsync(Memory, some[^1].Id, 2, Token)).Fixes).Text);
        Assert.Equal(0, (await Fixes.ListAsync("nothing", null, 2, Token)).Count);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("edit")]
    [InlineData("delete")]
    public async Task Change_OfAFix_GoesToEveryProjectionAsAnotherVersion(string change)
    {
        var id = await IncidentAsync("web");
        var fix = (await Fixes.AddAsync(id, Draft("Raised the limit"), Token))!;
        await DrainAsync();
        var before = Assert.Single(await Engines.Projections.ReadAsync([id], Token)).Version;

        await (change switch
        {
            "add" => Fixes.AddAsync(id, Draft("another"), Token),
            "edit" => Fixes.EditAsync(fix.Id, new FixPatch("another", null, null), Token),
            _ => (Task)Fixes.DeleteAsync(fix.Id, Token),
        });
        Assert.Equal([(Projectors.Graph, id), (Projectors.Live, id), (Projectors.Vectors, id)], await DrainAsync());
        Assert.True(Assert.Single(await Engines.Projections.ReadAsync([id], Token)).Version > before);
    }

    [Fact]
    public async Task Facts_OfAnIncident_HaveItsFixes()
    {
        var id = await IncidentAsync("web");
        var first = (await Fixes.AddAsync(id, new("Restarted", false, null, null, "ada"), Token))!;
        var second = (await Fixes.AddAsync(id, Draft("Raised the limit"), Token))!;
        await Fixes.AddAsync(id, new("", null, "It was the cache.", null, "ada"), Token);
        await Fixes.AddAsync(await IncidentAsync("api"), Draft("elsewhere"), Token);

        var facts = Assert.Single(await Engines.Projections.ReadAsync([id], Token));
        Assert.Equal([new FixFact(second.Id, "Raised the limit", true), new FixFact(first.Id, "Restarted", false)], facts.Fixes);
    }

    [Fact]
    public async Task Correction_AddedEditedDeleted_AsksAgainForTheUnresolvedOfItsSignature()
    {
        var (web, api, done, other) = (await IncidentAsync("web"), await IncidentAsync("api"), await IncidentAsync("done"), await IncidentAsync("other", "another: signature"));
        await Engines.Reader.SetStatusAsync(done, IncidentStatus.Resolved, Token);

        await Fixes.AddAsync(web, Draft("no correction"), Token);
        Assert.Empty(await AskedAsync());
        var fix = (await Fixes.AddAsync(web, new("", null, "It was the cache.", null, "ada"), Token))!;
        Assert.Equal([web, api], await AskedAsync());
        await Fixes.EditAsync(fix.Id, new FixPatch("text alone", true, null), Token);
        Assert.Empty(await AskedAsync());
        await Fixes.EditAsync(fix.Id, new FixPatch(null, null, "It was the heap."), Token);
        Assert.Equal([web, api], await AskedAsync());
        await Fixes.DeleteAsync(fix.Id, Token);
        Assert.Equal([web, api], await AskedAsync());

        // With the incident that had one, too.
        await Fixes.AddAsync(web, new("", null, "It was the cache.", null, "ada"), Token);
        await AskedAsync();
        await Engines.Retention.DeleteAsync(web, Token);
        Assert.Equal([api], await AskedAsync());
        Assert.Equal(AnalysisState.None, (await Engines.Analyses.GetAsync(other, Token))!.State);
    }

    [Fact]
    public async Task Correction_WhileAnAnalysisRuns_IsLookedAtAfterIt()
    {
        var id = await IncidentAsync("web");
        await Engines.Analyses.RequestAsync(id, 3, force: false, Token);
        var claim = Assert.Single(await Engines.Analyses.ClaimAsync(1, TimeSpan.FromMinutes(1), Token));
        await Fixes.AddAsync(id, new("", null, "It was the cache.", null, "ada"), Token);
        Assert.Empty(await AskedAsync());

        await Engines.Analyses.FailAsync(claim, "no", Token);
        Assert.Equal([id], await AskedAsync());
    }

    [Fact]
    public async Task Guidance_FixOfTheSameFailureElsewhere_IsProposedWithItsRate()
    {
        var (web, api) = (await IncidentAsync("web"), await IncidentAsync("api"));
        var fix = (await Fixes.AddAsync(api, Draft("Raised the limit"), Token))!;
        await Fixes.AddAsync(api, new("Restarted", false, null, null, "ada"), Token);
        await Fixes.AddAsync(api, new("Looked at it", null, null, null, "ada"), Token);
        await Engines.PassAsync(3 * Day);

        var guidance = await GuidanceAsync(web);
        var proposal = Assert.Single(guidance.Proposals);
        Assert.Equal(fix, proposal.Fix);
        Assert.Equal((new(1, 2), new(0, 0)), (proposal.OnSignature, proposal.OnWorkload));
        Assert.Equal("It worked for the same failure of shop/api 3 days ago.", proposal.Reason);
        Assert.Empty(guidance.Corrections);
        // Never its own.
        Assert.Empty((await GuidanceAsync(api)).Proposals);

        // What was tried on it counts, though.
        await Fixes.AddAsync(web, new("Raised the limit", false, null, null, "ada"), Token);
        proposal = Assert.Single((await GuidanceAsync(web)).Proposals);
        Assert.Equal((new(1, 3), new(0, 1)), (proposal.OnSignature, proposal.OnWorkload));
    }

    [Fact]
    public async Task Guidance_Several_ThisWorkloadsThenHigherRateThenNewer()
    {
        var earlier = await IncidentAsync("web");
        await Engines.Reader.SetStatusAsync(earlier, IncidentStatus.Resolved, Token);
        await Engines.PassAsync(Day);
        var now = await IncidentAsync("web", at: At + Day);
        Assert.NotEqual(earlier, now);
        var (api, db) = (await IncidentAsync("api"), await IncidentAsync("db", "OOMKilled: other words"));
        await Fixes.AddAsync(earlier, Draft("of this workload"), Token);
        await Fixes.AddAsync(api, Draft("elsewhere, older"), Token);
        await Fixes.AddAsync(api, Draft("elsewhere, newer"), Token);
        await Fixes.AddAsync(api, Draft("Elsewhere, newer "), Token);
        await Fixes.AddAsync(api, new("did not help", false, null, null, "ada"), Token);
        await Fixes.AddAsync(db, new("the same cause", true, null, "oom-by-limit", "ada"), Token);
        var like = await IncidentAsync("like", "Unknown: something");
        await Fixes.AddAsync(like, Draft("similar"), Token);
        await Fixes.AddAsync(await IncidentAsync("unlike", "Unknown: else"), Draft("of nothing like it"), Token);

        var proposals = (await GuidanceAsync(now, "oom-by-limit", like)).Proposals;
        Assert.Equal(
            ["of this workload", "the same cause", "Elsewhere, newer ", "elsewhere, older", "similar"], proposals.Select(proposal => proposal.Fix.Text));
        Assert.Equal(
            [
                "It worked for the same failure of this workload just now.",
                "It worked for another failure with the same cause of shop/db just now.",
                "It worked for the same failure of shop/api just now.",
                "It worked for the same failure of shop/api just now.",
                "It worked for a similar failure of shop/like just now.",
            ],
            proposals.Select(proposal => proposal.Reason));
        Assert.Equal((new(4, 5), new(1, 1)), (proposals[0].OnSignature, proposals[0].OnWorkload));
    }

    [Fact]
    public async Task Guidance_OfAnotherCluster_SaysWhich()
    {
        await Engines.IngestAsync(
            new ClusterSignal { ClusterId = "cluster-2", Name = "staging" },
            Make.Event("web", "there", 1, At) with { ClusterId = "cluster-2", Signature = Memory });
        var there = (await Engines.OnlyIncidentAsync()).Id;
        await Fixes.AddAsync(there, Draft("Raised the limit"), Token);
        await Engines.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(
            "It worked for the same failure of shop/web in the cluster staging 1 hour ago.", Assert.Single((await GuidanceAsync(await IncidentAsync("web"))).Proposals).Reason);
    }

    [Fact]
    public async Task Guidance_Corrections_NewestFirstAtMostFive()
    {
        var (web, api) = (await IncidentAsync("web"), await IncidentAsync("api"));
        for (var n = 0; n < 7; n++)
        {
            await Fixes.AddAsync(api, new("", null, $"correction {n}", null, "ada"), Token);
        }

        await Fixes.AddAsync(web, new("", null, "its own", null, "ada"), Token);
        var guidance = await GuidanceAsync(web);
        Assert.Empty(guidance.Proposals);
        Assert.Equal(["correction 6", "correction 5", "correction 4", "correction 3", "correction 2"], guidance.Corrections.Select(fix => fix.Correction));
    }

    [Fact]
    public async Task Retention_CompactedIncident_KeepsItsFixesAndADeletedOneDoesNot()
    {
        var id = await IncidentAsync("web");
        var fix = (await Fixes.AddAsync(id, Draft("Raised the limit"), Token))!;
        await Engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        await Engines.PassAsync(10 * Day);

        Assert.Equal(1, await Engines.Retention.CompactAsync(Engines.Time.GetUtcNow() - Day, 10, Token));
        Assert.Equal([fix], await Fixes.OfIncidentAsync(id, Token));
        Assert.True(await Engines.Retention.DeleteAsync(id, Token));
        Assert.Null(await Fixes.GetAsync(fix.Id, Token));
        Assert.Equal(0, (await Fixes.ListAsync(null, null, 10, Token)).Count);
    }

    [Fact]
    public async Task Rules_ChangeTheIncidentAfterwards_FixesStay()
    {
        var id = await IncidentAsync("web");
        await Fixes.AddAsync(id, Draft("Raised the limit"), Token);
        await Engines.IngestAsync(Make.Event("web", "web", 9, At + TimeSpan.FromMinutes(1), IncidentType.OOMKilled) with { Signature = "OOMKilled: more specific" });

        Assert.Equal("OOMKilled: more specific", Assert.Single(await Fixes.OfIncidentAsync(id, Token)).Signature);
        Assert.Equal(1, (await Fixes.ListAsync("OOMKilled: more specific", null, 10, Token)).Count);
    }

    private static FixDraft Draft(string text) => new(text, true, null, null, "ada");

    private Task<FixGuidance> GuidanceAsync(long id, string? signatureId = null, params long[] similar) =>
        Fixes.GuidanceAsync(id, signatureId, similar, Token);

    private async Task<long> IncidentAsync(string workload, string signature = Memory, DateTimeOffset? at = null)
    {
        await Engines.IngestAsync(Make.Event(workload, $"{workload}{at}", 1, at ?? At) with { Signature = signature });
        return (await Engines.IncidentsAsync()).Last(incident => incident.Workload == workload && incident.ClusterId == Make.Cluster).Id;
    }

    /// <summary>Which incidents wait for an analysis; they no longer do.</summary>
    private async Task<long[]> AskedAsync()
    {
        var claims = await Engines.Analyses.ClaimAsync(100, TimeSpan.FromMinutes(1), Token);
        foreach (var claim in claims)
        {
            await Engines.Analyses.FailAsync(claim, "no", Token);
        }

        return [.. claims.Select(claim => claim.IncidentId).Order()];
    }

    private async Task<(string, long)[]> DrainAsync()
    {
        var all = new List<(string, long)>();
        foreach (var projector in (string[])[Projectors.Graph, Projectors.Live, Projectors.Vectors])
        {
            var items = await Engines.Outbox.ClaimAsync(projector, 1000, TimeSpan.FromMinutes(1), Token);
            await Engines.Outbox.CompleteAsync(items, Token);
            all.AddRange(items.Select(item => (item.Projector, item.Subject)));
        }

        return [.. all];
    }
}

using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>The rules of grouping and life, through the store of each size.</summary>
public abstract class IncidentRulesContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    protected EngineSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task Ingest_CrashLoopWithEventAndStates_CountsTheEventOnly()
    {
        var down = Make.Event("backend-api", "backend-api-1.a", 25, At) with { DesiredReplicas = 1, ReadyReplicas = 0, RestartCount = 5 };
        await Engines.IngestAsync(Make.State("backend-api", "uid|app|1", At), down, Make.State("backend-api", "uid|app|2", At) with { RestartCount = 5 });

        var incident = await Engines.OnlyIncidentAsync();
        Assert.Equal(25, incident.Occurrences);
        Assert.Equal(5, incident.RestartCount);
        Assert.Equal(1, incident.AffectedPods);
        Assert.True(incident.Severity >= Severity.High);
    }

    [Fact]
    public async Task Ingest_SameBatchTwice_ChangesNothing()
    {
        var batch = Make.Batch(Make.Event("web", "web-1.a", 7, At), Make.State("web", "uid|app|1", At, pod: "web-2"), Make.Event("web", "probe", 2, At, IncidentType.ProbeFailure));
        await Engines.Ingestor.IngestAsync(batch, Token);
        var before = await Engines.DetailAsync((await Engines.OnlyIncidentAsync()).Id);
        var outcome = await Engines.Ingestor.IngestAsync(batch, Token);
        var after = await Engines.DetailAsync(before.Id);

        Assert.Equal(3, outcome.Deduplicated);
        Assert.Equal(8, after.Occurrences);
        Assert.Equal(before.Timeline, after.Timeline);
        Assert.Equal(before.Evidence, after.Evidence);
        Assert.Equal(before.Activity, after.Activity);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Ingest_AnyOrderAndAnyBatches_GivesTheSameIncidents(int seed)
    {
        var random = new Random(seed);
        List<FailureSignal> signals = [];
        for (var pod = 0; pod < 3; pod++)
        {
            for (var version = 1; version <= 4; version++)
            {
                var at = At + TimeSpan.FromSeconds((version * 40) + pod);
                signals.Add(Make.Event("web", $"web-{pod}.loop", version * 2, at, pod: $"web-{pod}") with { RestartCount = version, DesiredReplicas = 3, ReadyReplicas = version % 2 });
                signals.Add(Make.State("web", $"uid-{pod}|app|{version}", at, version == 3 ? IncidentType.OOMKilled : IncidentType.CrashLoopBackOff, $"web-{pod}"));
                signals.Add(Make.Event("web", $"web-{pod}.probe", version, at, IncidentType.ProbeFailure, $"web-{pod}"));
            }

            signals.Add(Make.State("web", $"uid-{pod}|app|only", At, pod: $"web-quiet-{pod}"));
            signals.Add(Make.Event("web", $"web-{pod}.pull", 2, At, IncidentType.ImagePullBackOff, $"web-{pod}") with { CauseKeys = ["registry:r.example"] });
            signals.Add(Make.Event($"other-{pod}", $"other-{pod}.pull", 2, At, IncidentType.ImagePullBackOff) with { CauseKeys = ["image:i", "registry:r.example"] });
        }

        signals.AddRange(signals.Where(_ => random.Next(3) == 0).ToList());
        var shuffled = signals.ToArray();
        random.Shuffle(shuffled);
        foreach (var batch in shuffled.Chunk(random.Next(1, 12)))
        {
            await Engines.IngestAsync(batch);
        }

        var incidents = await Engines.IncidentsAsync();
        var crash = Assert.Single(incidents, incident => incident.Family == FailureFamily.StartAndCrash);
        Assert.Equal((3 * 8) + 3, crash.Occurrences);
        Assert.Equal(6, crash.AffectedPods);
        Assert.Equal(IncidentType.OOMKilled, crash.IncidentType);
        Assert.Equal("OOMKilled of web", crash.Description);
        Assert.Equal(4, crash.RestartCount);
        Assert.Equal(0, crash.ReadyReplicas);
        Assert.Equal(Severity.High, crash.Severity);
        Assert.Equal(At - TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(40), crash.OccurredAt);
        Assert.Equal(At + TimeSpan.FromSeconds(162), crash.LastSeenAt);
        Assert.Equal("web-2", crash.PodName);
        Assert.Equal(12, Assert.Single(incidents, incident => incident.Family == FailureFamily.Probe).Occurrences);
        var images = incidents.Where(incident => incident.Family == FailureFamily.Image).ToList();
        Assert.Equal(4, images.Count);
        Assert.Equal(6, images.Single(incident => incident.Workload == "web").Occurrences);
        Assert.NotNull(Assert.Single(images.Select(incident => incident.StormId).Distinct()));
        Assert.Equal(6, incidents.Count);
    }

    [Fact]
    public async Task Ingest_CreateErrorAndBackOff_IsOneCrashLoopWithTheErrorAsItsText()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 3, At, IncidentType.CreateContainerError));
        await Engines.IngestAsync(Make.Event("web", "b", 2, At + TimeSpan.FromMinutes(1)));

        var incident = await Engines.OnlyIncidentAsync();
        Assert.Equal(IncidentType.CrashLoopBackOff, incident.IncidentType);
        Assert.Equal("CreateContainerError of web", incident.Description);
        Assert.Equal(5, incident.Occurrences);
        Assert.Contains((await Engines.DetailAsync(incident.Id)).Timeline, entry => entry.Kind == "type_changed");
    }

    [Fact]
    public async Task Ingest_ProbeFailuresBelowTheThreshold_RaiseNothingUntilTheThird()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At, IncidentType.ProbeFailure), Make.Event("web", "b", 1, At, IncidentType.ProbeFailure, "web-2"));
        Assert.Empty(await Engines.IncidentsAsync());
        Assert.Equal(2, await Engines.GateAsync(Gates.Held));

        await Engines.IngestAsync(Make.Event("web", "a", 2, At + TimeSpan.FromSeconds(10), IncidentType.ProbeFailure));

        var incident = await Engines.OnlyIncidentAsync();
        Assert.Equal(3, incident.Occurrences);
        Assert.Equal(2, incident.AffectedPods);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Ingest_OneProbeFailureOnEachOfThreePods_IsARolloutOnlyWhileTheyStart(bool startUp, int incidents)
    {
        await Engines.IngestAsync([.. new[] { "web-1", "web-2", "web-3" }.Select(
            pod => Make.Event("web", pod, 1, At, IncidentType.ProbeFailure, pod) with { StartUp = startUp })]);

        Assert.Equal(incidents, (await Engines.IncidentsAsync()).Count);
    }

    [Fact]
    public async Task Ingest_SustainedProbeFailure_IsNotHeld()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At, IncidentType.ProbeFailure));
        await Engines.IngestAsync(Make.Event("web", "a", 1, At, IncidentType.ProbeFailure) with { Sustained = true });

        Assert.Equal(1, (await Engines.OnlyIncidentAsync()).Occurrences);
    }

    [Fact]
    public async Task Sweep_HeldAndReadyAgain_EndsWellAndCountsAtItsGate()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 2, At, IncidentType.ProbeFailure), Make.Health("web", 1, 1, At, At));
        Engines.Time.Advance(TimeSpan.FromMinutes(10));
        await Engines.Lifecycle.SweepAsync(Token);

        Assert.Equal(1, await Engines.GateAsync(Gates.HeldEndedWell));
        await Engines.IngestAsync(Make.Event("web", "a", 3, At + TimeSpan.FromHours(3), IncidentType.ProbeFailure));
        Assert.Empty(await Engines.IncidentsAsync());
    }

    [Fact]
    public async Task Sweep_AllReadyForTenMinutes_ResolvesAtTheMomentItWasDue()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 2, At), Make.Health("web", 1, 1, At + TimeSpan.FromMinutes(1), At + TimeSpan.FromMinutes(1)));
        Engines.Time.Advance(TimeSpan.FromMinutes(11) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await Engines.Lifecycle.SweepAsync(Token));
        Engines.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await Engines.Lifecycle.SweepAsync(Token));

        var incident = await Engines.OnlyIncidentAsync();
        Assert.Equal(IncidentStatus.Resolved, incident.Status);
        Assert.Equal(At + TimeSpan.FromMinutes(11), incident.ResolvedAt);
    }

    [Fact]
    public async Task Sweep_ReadyAllAlong_ResolvesOnlyAfterTheLongerQuiet()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 2, At), Make.Health("web", 2, 2, At, At - TimeSpan.FromDays(1)));
        Engines.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(0, await Engines.Lifecycle.SweepAsync(Token));
        Engines.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await Engines.Lifecycle.SweepAsync(Token));
    }

    [Fact]
    public async Task Sweep_ImportedCapture_IsJudgedAtItsOwnClock()
    {
        await Engines.IngestAsync(
            new ClusterSignal { ClusterId = Make.Cluster, Name = "capture", CapturedAt = At + TimeSpan.FromMinutes(5) },
            Make.Event("web", "a", 2, At),
            Make.Health("web", 1, 1, At, At));
        Engines.Time.Advance(TimeSpan.FromDays(30));

        Assert.Equal(0, await Engines.Lifecycle.SweepAsync(Token));
        Assert.Equal("capture", (await Engines.OnlyIncidentAsync()).Cluster);
    }

    [Fact]
    public async Task Sweep_PodsUnreadableAndQuiet_GoesStaleAndWakesAgain()
    {
        await Engines.IngestAsync(new ClusterSignal { ClusterId = Make.Cluster, Name = "blind", PodsReadable = false }, Make.Event("web", "a", 2, At));
        Engines.Time.Advance(TimeSpan.FromHours(2));
        await Engines.Lifecycle.SweepAsync(Token);
        Assert.Equal(IncidentStatus.Stale, (await Engines.OnlyIncidentAsync()).Status);

        await Engines.IngestAsync(Make.Event("web", "a", 3, At + TimeSpan.FromHours(2)));
        Assert.Equal(IncidentStatus.Open, (await Engines.OnlyIncidentAsync()).Status);
    }

    [Fact]
    public async Task Sweep_WorkloadIsGoneForTenMinutes_Resolves()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 3, At), Make.Health("web", 1, 0, At));
        var gone = Make.Health("web", 0, 0, At + TimeSpan.FromMinutes(1)) with { Gone = true };
        await Engines.IngestAsync(gone);
        await Engines.IngestAsync(gone with { At = At + TimeSpan.FromMinutes(10) });

        Engines.Time.Advance(TimeSpan.FromMinutes(10));
        await Engines.Lifecycle.SweepAsync(Token);
        Assert.Equal(IncidentStatus.Open, (await Engines.OnlyIncidentAsync()).Status);
        Engines.Time.Advance(TimeSpan.FromMinutes(1));
        await Engines.Lifecycle.SweepAsync(Token);

        var incident = await Engines.OnlyIncidentAsync();
        Assert.Equal((IncidentStatus.Resolved, At + TimeSpan.FromMinutes(11)), (incident.Status, incident.ResolvedAt));
        Assert.Contains("gone", (await Engines.DetailAsync(incident.Id)).Timeline[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweep_WorkloadIsBackBeforeThat_StaysOpen()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 3, At), Make.Health("web", 0, 0, At + TimeSpan.FromMinutes(1)) with { Gone = true });
        await Engines.IngestAsync(Make.Health("web", 1, 0, At + TimeSpan.FromMinutes(2)));

        Engines.Time.Advance(TimeSpan.FromMinutes(30));
        await Engines.Lifecycle.SweepAsync(Token);

        Assert.Equal(IncidentStatus.Open, (await Engines.OnlyIncidentAsync()).Status);
    }

    [Fact]
    public async Task Sweep_NobodySpeaksOfTheWorkloadAnyMore_GoesStaleAndNeverResolved()
    {
        await Engines.IngestAsync(
            new ClusterSignal { ClusterId = Make.Cluster, Name = "prod" }, Make.Event("watched", "a", 3, At), Make.Event("left", "b", 3, At),
            Make.Health("watched", 1, 0, At), Make.Health("left", 1, 0, At));
        Engines.Time.Advance(TimeSpan.FromHours(3));
        await Engines.IngestAsync(Make.Health("watched", 1, 0, At + TimeSpan.FromMinutes(150)));

        await Engines.Lifecycle.SweepAsync(Token);

        Assert.Equal(
            [("left", IncidentStatus.Stale), ("watched", IncidentStatus.Open)],
            (await Engines.IncidentsAsync()).Select(i => (i.Workload, i.Status)).OrderBy(i => i.Workload, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ingest_AfterResolution_CountsToWhomTheTimeBelongs()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 2, At));
        var first = await ResolveAsync(At + TimeSpan.FromMinutes(1));

        // Late, from before the resolution: it stays resolved.
        await Engines.IngestAsync(Make.Event("web", "a", 3, At + TimeSpan.FromMinutes(2)));
        Assert.Equal((IncidentStatus.Resolved, 3L), await StandingAsync(first));

        // Long after: a new one, which counts what is further only.
        var later = At + TimeSpan.FromHours(2);
        var further = Make.Event("web", "a", 5, later) with { FirstSeen = At - TimeSpan.FromMinutes(5) };
        await Engines.IngestAsync(further);
        await Engines.IngestAsync(further);
        Assert.Equal((IncidentStatus.Resolved, 3L), await StandingAsync(first));
        var second = (await Engines.IncidentsAsync())[^1];
        Assert.Equal(2, second.Occurrences);
        Assert.Equal(later, second.OccurredAt);
        var detail = await Engines.DetailAsync(second.Id);
        Assert.Equal(2, detail.TimesIn30Days);
        Assert.Equal(first, Assert.Single(detail.Related).Id);
    }

    [Fact]
    public async Task Ingest_ThreeTimesSoonAfterResolution_ReopensAndFlaps()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At));
        var at = At;
        for (var i = 2; i <= 4; i++)
        {
            at += TimeSpan.FromMinutes(1);
            await ResolveAsync(at);
            at += TimeSpan.FromMinutes(30);
            await Engines.IngestAsync(Make.Event("web", "a", i, at));
            Assert.Equal(i == 4, (await Engines.OnlyIncidentAsync()).Flapping);
        }

        var incident = await Engines.OnlyIncidentAsync();
        Assert.Equal(IncidentStatus.Open, incident.Status);
        Assert.Equal(4, incident.Occurrences);
    }

    [Fact]
    public async Task Ingest_RegistryOutageOn200Pods_IsOneStormWithOneIncidentAWorkload()
    {
        var signals = Enumerable.Range(0, 200).Select(pod => Make.Event($"app-{pod % 40}", $"pod-{pod}", 3, At + TimeSpan.FromSeconds(pod), IncidentType.ImagePullBackOff, $"app-{pod % 40}-{pod}")
            with
        { CauseKeys = [$"image:r.example/{pod % 2}", "registry:r.example"] });
        foreach (var batch in signals.Chunk(30))
        {
            await Engines.IngestAsync(batch);
        }

        var incidents = await Engines.IncidentsAsync();
        Assert.Equal(40, incidents.Count);
        Assert.Equal(600, incidents.Sum(incident => incident.Occurrences));
        var storm = (await Engines.DetailAsync(incidents[0].Id)).Storm!;
        Assert.All(incidents, incident => Assert.Equal(storm.Id, incident.StormId));
        Assert.Equal(("registry:r.example", 40, 40), (storm.CauseKey, storm.Workloads, storm.Incidents));
        var counts = await Engines.Reader.CountAsync(Token);
        Assert.Equal(1, counts.Storms);
        Assert.Equal(storm, Assert.Single(counts.StormsNow));
        Assert.Equal(40, (await Engines.Reader.ListAsync(IncidentQuery.All with { Storm = storm.Id }, Token)).Count);
        Assert.Equal(0, (await Engines.Reader.ListAsync(IncidentQuery.All with { Storm = storm.Id + 1 }, Token)).Count);
        foreach (var incident in incidents)
        {
            await Engines.Reader.SetStatusAsync(incident.Id, IncidentStatus.Resolved, Token);
        }

        Assert.Empty((await Engines.Reader.CountAsync(Token)).StormsNow);
    }

    [Fact]
    public async Task Ingest_SameCauseOnTwoWorkloadsOrHoursApart_IsNoStorm()
    {
        for (var i = 0; i < 4; i++)
        {
            await Engines.IngestAsync(Make.Event($"app-{i}", $"a-{i}", 1, At + TimeSpan.FromHours(i / 2), IncidentType.ImagePullBackOff) with { CauseKeys = ["registry:r.example"] });
        }

        Assert.All(await Engines.IncidentsAsync(), incident => Assert.Null(incident.StormId));
    }

    [Fact]
    public async Task SetStatus_ByAPerson_IsKeptAndToldInTheTimeline()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At));
        var id = (await Engines.OnlyIncidentAsync()).Id;

        Assert.Equal(IncidentStatus.Investigating, (await Engines.Reader.SetStatusAsync(id, IncidentStatus.Investigating, Token))!.Status);
        await Engines.Reader.SetStatusAsync(id, IncidentStatus.Investigating, Token);
        Assert.Equal("open → investigating", Assert.Single((await Engines.DetailAsync(id)).Timeline, entry => entry.Kind == "status").Text);
        Assert.Null(await Engines.Reader.SetStatusAsync(999, IncidentStatus.Open, Token));
    }

    [Fact]
    public async Task SetStatus_OpenBesideAnUnresolvedOneOfTheKey_IsRefused()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At));
        var first = (await Engines.OnlyIncidentAsync()).Id;
        await Engines.Reader.SetStatusAsync(first, IncidentStatus.Resolved, Token);
        await Engines.IngestAsync(Make.Event("web", "a", 2, At + TimeSpan.FromHours(2)));

        await Assert.ThrowsAsync<IncidentConflictException>(() => Engines.Reader.SetStatusAsync(first, IncidentStatus.Open, Token));
    }

    [Fact]
    public async Task Ingest_Evidence_KeepsOrdinalsAndReplacesByKey()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At));
        var id = (await Engines.OnlyIncidentAsync()).Id;
        await Engines.IngestAsync(Answer(id, "last words", ["Logs of web-1 cannot be read."]));
        await Engines.IngestAsync(Answer(id, "newer words", []));

        var detail = await Engines.DetailAsync(id);
        Assert.Equal(["E1", "E2", "E3"], detail.Evidence.Select(item => item.Id));
        Assert.Equal("==> web-1/app (previous) <==\nnewer words\n\n==> web-1/app <==\nstarting", detail.RawLogs);
        Assert.Empty(detail.MissingEvidence);
    }

    [Fact]
    public async Task Outbox_IncidentOpened_AsksForEvidenceOnceAndAgainWhenTheTypeChanges()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At));
        await Engines.IngestAsync(Make.Event("web", "a", 2, At));
        var item = Assert.Single(await Engines.Outbox.ClaimAsync(Projectors.Evidence, 10, TimeSpan.FromMinutes(1), Token));
        Assert.Equal(["web-1"], (await Engines.Outbox.EvidenceRequestAsync(item.Subject, Token))!.Pods);
        await Engines.Outbox.CompleteAsync([item], Token);

        await Engines.IngestAsync(Make.Event("web", "a", 3, At));
        Assert.Empty(await Engines.Outbox.ClaimAsync(Projectors.Evidence, 10, TimeSpan.FromMinutes(1), Token));
        await Engines.IngestAsync(Make.State("web", "uid|app|9", At, IncidentType.OOMKilled));
        Assert.Single(await Engines.Outbox.ClaimAsync(Projectors.Evidence, 10, TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task Sweep_EvidenceNeverAnswered_AsksAgainUntilItIs()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At));
        var id = (await Engines.OnlyIncidentAsync()).Id;
        await AskedAsync();
        Engines.Time.Advance(Engines.Options.EvidenceUnansweredAfter - TimeSpan.FromSeconds(1));
        await Engines.Lifecycle.SweepAsync(Token);
        Assert.Empty(await AskedAsync());

        Engines.Time.Advance(TimeSpan.FromSeconds(1));
        await Engines.Lifecycle.SweepAsync(Token);
        Assert.Equal(id, Assert.Single(await AskedAsync()).Subject);
        await Engines.Lifecycle.SweepAsync(Token);
        Assert.Empty(await AskedAsync());

        // That nothing could be read is an answer, too.
        await Engines.IngestAsync(Answer(id, "last words", []) with { Items = [], Missing = ["Logs of web-1 cannot be read."] });
        Engines.Time.Advance(Engines.Options.EvidenceUnansweredAfter);
        await Engines.Lifecycle.SweepAsync(Token);
        Assert.Empty(await AskedAsync());

        async Task<IReadOnlyList<OutboxItem>> AskedAsync()
        {
            var items = await Engines.Outbox.ClaimAsync(Projectors.Evidence, 10, TimeSpan.FromDays(1), Token);
            await Engines.Outbox.CompleteAsync(items, Token);
            return items;
        }
    }

    [Fact]
    public async Task Outbox_ClaimedAndNotCompleted_ComesBack()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At) with { History = true });
        var claimed = Assert.Single(await Engines.Outbox.ClaimAsync(Projectors.Live, 10, TimeSpan.FromMinutes(1), Token));
        Assert.Equal((LiveChangeKinds.Opened, true), (claimed.Kind, claimed.History));
        Assert.Empty(await Engines.Outbox.ClaimAsync(Projectors.Live, 10, TimeSpan.FromMinutes(1), Token));

        // It changes while it is being projected: completing the old version leaves the new one.
        await Engines.IngestAsync(Make.Event("web", "a", 2, At));
        await Engines.Outbox.CompleteAsync([claimed], Token);
        var again = Assert.Single(await Engines.Outbox.ClaimAsync(Projectors.Live, 10, TimeSpan.FromMinutes(1), Token));
        Assert.Equal((LiveChangeKinds.Updated, false), (again.Kind, again.History));

        Engines.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Single(await Engines.Outbox.ClaimAsync(Projectors.Live, 10, TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task List_EveryOrderBothWays_PagesWithoutGapOrDouble()
    {
        await Engines.IngestAsync(Enumerable.Range(0, 25).Select(i => Make.Event($"app-{i}", $"a-{i}", 1 + (i % 3), At + TimeSpan.FromMinutes(i % 4)) with { RestartCount = i % 7 }));
        foreach (var sort in Enum.GetValues<IncidentSort>())
        {
            foreach (var ascending in (bool[])[false, true])
            {
                var query = IncidentQuery.All with { Sort = sort, Ascending = ascending, Limit = 7 };
                var all = (await Engines.Reader.ListAsync(query with { Limit = 200 }, Token)).Results.Select(incident => incident.Id).ToList();
                List<long> forward = [];
                var page = await Engines.Reader.ListAsync(query, Token);
                Assert.Null(page.Previous);
                while (true)
                {
                    Assert.Equal(25, page.Count);
                    forward.AddRange(page.Results.Select(incident => incident.Id));
                    if (page.Next is null)
                    {
                        break;
                    }

                    page = await Engines.Reader.ListAsync(query with { Cursor = page.Next }, Token);
                }

                Assert.Equal(all, forward);
                var back = await Engines.Reader.ListAsync(query with { Cursor = page.Previous }, Token);
                Assert.Equal(all.GetRange(14, 7), back.Results.Select(incident => incident.Id));
                Assert.NotNull(back.Next);
            }
        }
    }

    [Fact]
    public async Task List_DamagedOrForeignCursor_IsRefused()
    {
        await Engines.IngestAsync(Enumerable.Range(0, 3).Select(i => Make.Event($"app-{i}", $"a-{i}", 1, At)));
        var next = (await Engines.Reader.ListAsync(IncidentQuery.All with { Limit = 1 }, Token)).Next;

        foreach (var query in (IncidentQuery[])[IncidentQuery.All with { Cursor = "nonsense!" }, IncidentQuery.All with { Cursor = next, Sort = IncidentSort.Severity }])
        {
            await Assert.ThrowsAsync<InvalidCursorException>(() => Engines.Reader.ListAsync(query, Token));
        }
    }

    [Fact]
    public async Task List_Filters_AreCountedInTheStore()
    {
        await Engines.IngestAsync(
            new ClusterSignal { ClusterId = Make.Cluster, Name = "prod" },
            Make.Event("web", "a", 1, At),
            Make.Event("web_2", "b", 1, At + TimeSpan.FromHours(1), IncidentType.ImagePullBackOff));

        async Task<long> Count(IncidentQuery query) => (await Engines.Reader.ListAsync(query, Token)).Count;
        Assert.Equal(2, await Count(IncidentQuery.All with { Cluster = ["prod"] }));
        Assert.Equal(2, await Count(IncidentQuery.All with { Cluster = [Make.Cluster], Status = [IncidentStatus.Open] }));
        Assert.Equal(1, await Count(IncidentQuery.All with { Type = [IncidentType.ImagePullBackOff] }));
        Assert.Equal(1, await Count(IncidentQuery.All with { Family = [FailureFamily.Image] }));
        Assert.Equal(1, await Count(IncidentQuery.All with { Workload = ["web"] }));
        Assert.Equal(0, await Count(IncidentQuery.All with { Namespace = ["other"] }));
        Assert.Equal(0, await Count(IncidentQuery.All with { Severity = [Severity.Critical] }));
        Assert.Equal(1, await Count(IncidentQuery.All with { Since = At + TimeSpan.FromMinutes(1) }));
        Assert.Equal(1, await Count(IncidentQuery.All with { Until = At }));
        Assert.Equal(1, await Count(IncidentQuery.All with { Text = "SHOP  b_2" }));
        Assert.Equal(0, await Count(IncidentQuery.All with { Text = "w%b" }));
    }

    private static EvidenceSignal Answer(long id, string lastWords, IReadOnlyList<string> missing) => new()
    {
        ClusterId = Make.Cluster,
        IncidentId = id,
        Items =
        [
            new EvidenceItem(EvidenceKind.Log, "log|web-1|app", "Log", "starting", At, "web-1", "app"),
            new EvidenceItem(EvidenceKind.Log, "log|web-1|app|previous", "Log", lastWords, At, "web-1", "app", Previous: true),
        ],
        Missing = missing,
    };

    /// <summary>Ready since, and the clock ten minutes later.</summary>
    private async Task<long> ResolveAsync(DateTimeOffset readySince)
    {
        await Engines.IngestAsync(Make.Health("web", 1, 1, readySince, readySince));
        Engines.Time.SetUtcNow(readySince + TimeSpan.FromMinutes(10));
        Assert.Equal(1, await Engines.Lifecycle.SweepAsync(Token));
        var incident = (await Engines.IncidentsAsync())[^1];
        Assert.Equal(IncidentStatus.Resolved, incident.Status);
        return incident.Id;
    }

    private async Task<(IncidentStatus Status, long Occurrences)> StandingAsync(long id)
    {
        var incident = await Engines.DetailAsync(id);
        return (incident.Status, incident.Occurrences);
    }
}

using System.Text.Json.Nodes;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;
using KubeMemory.Simulator.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>What a restart of the watcher, of an Event and of a pod means for what was counted.</summary>
public sealed class RestartTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // Rule 10: the first list is history; what happened while nobody watched is news.
    [Fact]
    public async Task Watch_FirstListThenRestart_OnlyWhatCameMeanwhileIsAlerted()
    {
        await using var cluster = await WatchedCluster.StartAsync(c => Fail(c, "before-6d4cf56db6-x2kq9"));
        await cluster.SettledAsync();
        await cluster.StopWatchingAsync();
        Fail(cluster, "meanwhile-6d4cf56db6-x2kq9");
        await cluster.StartWatchingAsync();
        Fail(cluster, "after-6d4cf56db6-x2kq9");
        await cluster.SettledAsync();

        var opened = await OpenedAsync(cluster, "before", "meanwhile", "after");

        Assert.Equal([("after", false), ("before", true), ("meanwhile", false)], opened.Order());
    }

    [Fact]
    public async Task Watch_RestartAgainAndAgain_CountsNothingTwice()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            Fail(cluster, "web-6d4cf56db6-x2kq9");
            await cluster.SettledAsync();
            await cluster.StopWatchingAsync();
            Fail(cluster, "web-6d4cf56db6-x2kq9");
            await cluster.StartWatchingAsync();
        }

        Assert.Equal(6, Assert.Single(await cluster.SettledAsync()).Occurrences);
    }

    [Fact]
    public async Task Watch_EventExpiresAndIsRecreatedWithItsCount_IsOneSeries()
    {
        await using var cluster = await WatchedCluster.StartAsync(options: new ClusterOptions { EventTtl = TimeSpan.FromSeconds(1) });
        var before = Fail(cluster, "web-6d4cf56db6-x2kq9");
        await WatchedCluster.UntilAsync(() => Task.FromResult(cluster.State.List("events").Count == 0));
        var after = Fail(cluster, "web-6d4cf56db6-x2kq9");
        Assert.Equal((string?)before["metadata"]!["name"], (string?)after["metadata"]!["name"]);
        Assert.NotEqual((string?)before["metadata"]!["uid"], (string?)after["metadata"]!["uid"]);

        var incident = Assert.Single(await cluster.SettledAsync());

        Assert.Equal((2L, 1), (incident.Occurrences, incident.AffectedPods));
    }

    [Fact]
    public async Task Watch_PodIsDeletedAndComesBackUnderItsName_CountsOn()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        Fail(cluster, "db-0", "uid-1");
        Fail(cluster, "db-0", "uid-1");
        Fail(cluster, "db-0", "uid-2");

        var incident = Assert.Single(await cluster.SettledAsync());

        Assert.Equal((3L, 1), (incident.Occurrences, incident.AffectedPods));
    }

    private static JsonObject Fail(WatchedCluster cluster, string pod, string uid = "uid") =>
        cluster.State.RecordEvent(new EventDraft("shop", "Pod", pod, uid, "BackOff", "Back-off restarting failed container app in pod", FieldPath: "spec.containers{app}"));

    private static async Task<List<(string Workload, bool History)>> OpenedAsync(WatchedCluster cluster, params string[] workloads)
    {
        var opened = new List<(string, bool)>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        // Of an id that the feed never had, everything follows that it still holds.
        await foreach (var entry in cluster.Services.GetRequiredService<ILiveFeed>().ReadAsync("0", patience.Token))
        {
            if (entry.Change is { Kind: LiveChangeKinds.Opened, Incident: { } incident } && workloads.Contains(incident.Workload))
            {
                opened.Add((incident.Workload, entry.Change.History));
            }

            if (opened.Count == workloads.Length)
            {
                break;
            }
        }

        return opened;
    }
}

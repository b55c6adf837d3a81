using KubeMemory.Core.Contracts;
using KubeMemory.Web.Live;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Web.Live;

public class LiveConnectionTests
{
    [Fact]
    public async Task Stream_CutOff_ResumesAfterTheLastChangeAndLosesNothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var api = await FakeApi.StartAsync();
        await using var host = await DashboardHost.StartAsync(api.Address);
        using var subscription = host.Services.GetRequiredService<LiveBroadcast>().Subscribe();
        await api.StreamsAsync(1, cancellation);
        api.Push(LiveChangeKinds.Opened, FakeIncidents.One(1));
        var seen = await TakeAsync(subscription, 1);

        api.CutStreams();
        api.Push(LiveChangeKinds.Opened, FakeIncidents.One(2));
        seen.AddRange(await TakeAsync(subscription, 1));

        Assert.Equal([1L, 2L], seen.Select(c => c.Incident?.Id ?? -1));
        Assert.Equal(["", "1"], api.StreamConnections);
    }

    [Fact]
    public async Task Stream_CutOffBeforeAnyChange_AsksReadersToReadAgain()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var api = await FakeApi.StartAsync();
        await using var host = await DashboardHost.StartAsync(api.Address);
        using var subscription = host.Services.GetRequiredService<LiveBroadcast>().Subscribe();
        await api.StreamsAsync(1, cancellation);

        api.CutStreams();

        Assert.Equal(LiveChangeKinds.Reset, Assert.Single(await TakeAsync(subscription, 1)).Kind);
    }

    private static async Task<List<LiveChange>> TakeAsync(LiveSubscription subscription, int count)
    {
        var taken = new List<LiveChange>();
        await foreach (var batch in subscription.ReadAsync(TimeSpan.Zero, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            taken.AddRange(batch);
            if (taken.Count >= count)
            {
                break;
            }
        }

        return taken;
    }
}

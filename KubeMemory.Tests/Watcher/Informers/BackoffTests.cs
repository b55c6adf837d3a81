using KubeMemory.Watcher.Informers;
using Microsoft.Extensions.Time.Testing;

namespace KubeMemory.Tests.Watcher.Informers;

public sealed class BackoffTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Next_TwoHealthyMinutes_StartsAfresh()
    {
        var backoff = new Backoff(_time, new Random(7));
        for (var i = 0; i < 6; i++)
        {
            backoff.Next();
        }

        backoff.Healthy();
        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.InRange(backoff.Next(), TimeSpan.FromSeconds(15), Backoff.Longest);

        backoff.Healthy();
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.InRange(backoff.Next(), Backoff.First / 2, Backoff.First);
    }

    [Fact]
    public void Next_ServerAsksForMore_WaitsAsAskedUpToABound()
    {
        var backoff = new Backoff(_time, new Random(7));

        Assert.Equal(TimeSpan.FromSeconds(40), backoff.Next(TimeSpan.FromSeconds(40)));
        Assert.Equal(Backoff.LongestAsked, backoff.Next(TimeSpan.FromHours(3)));
    }
}

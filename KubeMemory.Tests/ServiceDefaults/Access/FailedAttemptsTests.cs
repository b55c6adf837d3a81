using System.Net;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.ServiceDefaults.Access;

public sealed class FailedAttemptsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Wait_AfterTooMany_LastsToTheMinutesEnd()
    {
        var attempts = new FailedAttempts(_time);
        var address = IPAddress.Parse("192.0.2.1");
        Fail(attempts, address, FailedAttempts.PerMinute - 1);
        Assert.Equal(TimeSpan.Zero, attempts.WaitOf(address));

        _time.Advance(TimeSpan.FromSeconds(20));
        attempts.Add(address);
        Assert.Equal(TimeSpan.FromSeconds(40), attempts.WaitOf(address));
        Assert.Equal(TimeSpan.Zero, attempts.WaitOf(IPAddress.Parse("192.0.2.2")));

        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.Zero, attempts.WaitOf(address));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    public void Addresses_OfOneMachine_CountTogether(string one, string other, bool together)
    {
        var attempts = new FailedAttempts(_time);
        Fail(attempts, IPAddress.Parse(one), FailedAttempts.PerMinute);

        Assert.Equal(together, attempts.WaitOf(IPAddress.Parse(other)) > TimeSpan.Zero);
    }

    [Fact]
    public void Addresses_MoreThanCanBeKept_CountTogetherAndAreForgotten()
    {
        var attempts = new FailedAttempts(_time);
        for (var i = 0; i < 10_000; i++)
        {
            attempts.Add(new IPAddress(0x0A000000L + i));
        }

        Fail(attempts, IPAddress.Parse("192.0.2.1"), FailedAttempts.PerMinute / 2);
        Fail(attempts, IPAddress.Parse("192.0.2.2"), FailedAttempts.PerMinute / 2);
        Assert.NotEqual(TimeSpan.Zero, attempts.WaitOf(IPAddress.Parse("192.0.2.3")));

        _time.Advance(TimeSpan.FromMinutes(1));
        Fail(attempts, IPAddress.Parse("192.0.2.1"), FailedAttempts.PerMinute);
        Assert.NotEqual(TimeSpan.Zero, attempts.WaitOf(IPAddress.Parse("192.0.2.1")));
        Assert.Equal(TimeSpan.Zero, attempts.WaitOf(IPAddress.Parse("192.0.2.2")));
    }

    private static void Fail(FailedAttempts attempts, IPAddress address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            attempts.Add(address);
        }
    }
}

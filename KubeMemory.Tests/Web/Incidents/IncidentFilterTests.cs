using KubeMemory.Core.Incidents;
using KubeMemory.Web.Incidents;
using Xunit;

namespace KubeMemory.Tests.Web.Incidents;

public class IncidentFilterTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("")]
    [InlineData("?status=open,investigating&severity=critical&type=OOMKilled&family=start_and_crash&namespace=shop&cluster=prod-eu&workload=checkout&storm=9&since=24h&q=out%20of%20%26%20memory&sort=severity&cursor=abc%3D")]
    [InlineData("?since=2026-01-01T00%3A00%3A00Z&until=1h")]
    public void Parse_ThenToQueryString_GivesTheSameAddress(string query) =>
        Assert.Equal(query, IncidentFilter.Parse(query).ToQueryString());

    [Fact]
    public void Parse_UnknownValues_AreLeftOut() =>
        Assert.Equal("?status=open", IncidentFilter.Parse("?status=open,broken&severity=huge&since=yesterday&sort=colour&nothing=1").ToQueryString());

    [Theory]
    [InlineData("?status=open", true)]
    [InlineData("?status=resolved", false)]
    [InlineData("?cluster=c0ffee", true)]
    [InlineData("?q=BACKEND%20exits", true)]
    [InlineData("?q=backend%20database", false)]
    [InlineData("?since=1h", true)]
    [InlineData("?until=1h", false)]
    [InlineData("?severity=critical&family=start_and_crash&namespace=default", true)]
    [InlineData("?namespace=shop", false)]
    public void Holds_AnIncident_JudgesAsTheApiDoes(string query, bool holds)
    {
        var incident = FakeIncidents.Summary(FakeIncidents.One(1, Now.AddMinutes(-5)));

        Assert.Equal(holds, IncidentFilter.Parse(query).Holds(incident, Now));
    }

    [Theory]
    [InlineData("http://localhost:8000/api/incidents/?status=open&cursor=a%2Bb", "a+b")]
    [InlineData("/api/incidents/?cursor=x", "x")]
    [InlineData("/api/incidents/", null)]
    [InlineData(null, null)]
    public void CursorOf_AnAddress_FindsIt(string? address, string? cursor) =>
        Assert.Equal(cursor, IncidentFilter.CursorOf(address));

    [Fact]
    public void IsRestricted_OrderAndPageAlone_AreNoRestriction()
    {
        Assert.False(IncidentFilter.Parse("?sort=-severity&cursor=x").IsRestricted);
        Assert.True((IncidentFilter.All with { Status = [IncidentStatus.Open] }).IsRestricted);
    }
}

using KubeMemory.Web.Incidents;
using Xunit;

namespace KubeMemory.Tests.Web.Incidents;

public class TimelineChartTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 2, 0, TimeSpan.Zero);

    [Fact]
    public void Build_Buckets_AreWholeInstantsAndRightOpen()
    {
        var hour = ChartRange.All[0];
        var incident = FakeIncidents.One(1, Now) with
        {
            Activity = [new(Now.AddMinutes(-62), 9), new(Now.AddMinutes(-57), 3), new(Now.AddMinutes(-52), 2), new(Now.AddMinutes(-2), 4)],
        };

        var chart = TimelineChart.Build(incident, hour, Now);

        Assert.Equal(new DateTimeOffset(2026, 1, 5, 12, 5, 0, TimeSpan.Zero), chart.To);
        Assert.Equal([3, 2, 4], chart.Bars.Select(b => b.Occurrences));
        Assert.Equal(9, chart.Total);
        Assert.Equal(0, chart.Bars[0].Left);
    }

    [Fact]
    public void Build_OfAnOldIncident_EndsWithWhatWasSeenLast()
    {
        var incident = FakeIncidents.One(1, Now.AddDays(-400));

        var chart = TimelineChart.Build(incident, ChartRange.Of(null, incident.OccurredAt, incident.LastSeenAt), Now);

        Assert.False(chart.EndsNow);
        Assert.Equal(incident.Activity.Sum(a => a.Occurrences), chart.Total);
        Assert.NotEmpty(chart.Markers);
        Assert.All(chart.Markers, m => Assert.InRange(m.Left, 0, 1));
    }

    [Theory]
    [InlineData("7d", "7d")]
    [InlineData("nonsense", "6h")]
    [InlineData(null, "6h")]
    public void Of_AnAddress_ObeysItOrHoldsTheWholeIncident(string? asked, string given) =>
        Assert.Equal(given, ChartRange.Of(asked, Now.AddHours(-2), Now).Name);
}

using KubeMemory.Web.Incidents;
using Xunit;

namespace KubeMemory.Tests.Web.Incidents;

public class LogLineTests
{
    [Fact]
    public void Of_ASearch_KeepsLinesThatHoldItAndCutsThem()
    {
        var line = Assert.Single(LogLine.Of("fine\nERROR: error again\nfine", "error"));

        Assert.Equal(2, line.Number);
        Assert.Equal(["", "ERROR", ": ", "error", " again"], line.Parts);
    }

    [Fact]
    public void Of_NoSearch_KeepsAll() => Assert.Equal(2, LogLine.Of("a\nb\n", "").Count);

    [Fact]
    public void ContainerLogs_OfEvidence_PairPreviousAndCurrent()
    {
        var logs = Assert.Single(ContainerLogs.Of(FakeIncidents.One(1).Evidence));

        Assert.Equal("E3", logs.Previous?.Id);
        Assert.Equal("E4", logs.Current?.Id);
    }
}

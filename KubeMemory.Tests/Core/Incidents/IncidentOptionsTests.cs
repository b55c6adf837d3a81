using KubeMemory.Core.Incidents;
using Xunit;

namespace KubeMemory.Tests.Core.Incidents;

public sealed class IncidentOptionsTests
{
    [Fact]
    public void Errors_Defaults_AreNone() => Assert.Empty(new IncidentOptions().Errors());

    [Fact]
    public void Errors_SeveralWrong_NamesEachKey()
    {
        var errors = new IncidentOptions { ReopenWithin = TimeSpan.Zero, StormWorkloads = 1, ProbeFailuresHeld = 0, EventTextsKept = 0, FlappingReopenings = 0 }.Errors().ToList();

        Assert.Equal(5, errors.Count);
        Assert.Contains("KubeMemory:Incidents:ReopenWithin must be longer than zero.", errors);
    }
}

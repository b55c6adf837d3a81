using KubeMemory.Core.Incidents;
using Xunit;

namespace KubeMemory.Tests.Core;

public class IncidentTypesTests
{
    [Theory]
    [InlineData(IncidentType.OOMKilled, IncidentType.CrashLoopBackOff)]
    [InlineData(IncidentType.CrashLoopBackOff, IncidentType.CreateContainerError)]
    [InlineData(IncidentType.Evicted, IncidentType.PreemptedOrKilled)]
    public void Specificity_WithinAFamily_PutsTheTellingTypeFirst(IncidentType telling, IncidentType vague)
    {
        Assert.Equal(vague.Family(), telling.Family());
        Assert.True(telling.Specificity() > vague.Specificity());
    }
}

using KubeMemory.Core.Incidents;
using Xunit;

namespace KubeMemory.Tests.Core.Incidents;

public sealed class SeverityRulesTests
{
    private static readonly DateTimeOffset At = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(IncidentType.ProbeFailure, 0, 2, 2, 0, Severity.Low)]
    [InlineData(IncidentType.CrashLoopBackOff, 1, 3, 2, 0, Severity.Medium)]
    [InlineData(IncidentType.CrashLoopBackOff, 5, 3, 2, 0, Severity.High)]
    [InlineData(IncidentType.CrashLoopBackOff, 5, 3, 2, 90, Severity.High)]
    [InlineData(IncidentType.CrashLoopBackOff, 1, 1, 0, 0, Severity.High)]
    [InlineData(IncidentType.CrashLoopBackOff, 5, 1, 0, 0, Severity.Critical)]
    [InlineData(IncidentType.FailedScheduling, 0, 2, 0, 90, Severity.Critical)]
    [InlineData(IncidentType.NodePressure, 0, null, null, 0, Severity.High)]
    [InlineData(IncidentType.ImagePullBackOff, 0, 1, null, 0, Severity.High)]
    [InlineData(IncidentType.ImagePullBackOff, 0, 2, 2, 90, Severity.Medium)]
    public void Of_TypeAndCircumstances_ClimbsAsTheTableSays(IncidentType type, int restarts, int? desired, int? ready, int minutes, Severity expected)
    {
        var incident = new IncidentState
        {
            Id = 1,
            Key = new IncidentKey("c", "n", "Deployment", "web", "app", type.Family()),
            Type = type,
            RestartCount = restarts,
            DesiredReplicas = desired,
            ReadyReplicas = ready,
            AffectedPods = 1,
            OccurredAt = At,
            LastSeenAt = At + TimeSpan.FromMinutes(minutes),
        };

        Assert.Equal(expected, SeverityRules.Of(incident));
    }
}

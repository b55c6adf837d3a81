using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Memory;

public sealed class IncidentDocumentTests
{
    private static readonly DateTimeOffset At = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_IncidentWithEvidence_QuotesWhatTells()
    {
        var text = IncidentDocument.Of(Facts(
            new(EvidenceKind.Event, "BackOff ×3", "Back-off restarting failed container app"),
            new(EvidenceKind.ContainerState, "State of container app", "ready: no, restarts: 5, image: web:3\nbefore: ended with exit code 137, reason OOMKilled, started 2025-03-01T11:00:00Z, finished 2025-03-01T11:01:00Z\n"),
            new(EvidenceKind.Log, "Log of app", "starting"),
            new(EvidenceKind.Log, "Log of app before its last restart", "loading\njava.lang.OutOfMemoryError: Java heap space\n")));

        Assert.StartsWith("OOMKilled of Deployment web, container app in shop\n", text, StringComparison.Ordinal);
        // Its own names say nothing about what failed.
        Assert.Contains("Back-off restarting failed container \n", text, StringComparison.Ordinal);
        Assert.Contains("before: ended with exit code 137, reason OOMKilled\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2025", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("OutOfMemoryError", StringComparison.Ordinal) < text.IndexOf("\nstarting", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_SameFactsAtAnotherTime_IsTheSameText() =>
        Assert.Equal(IncidentDocument.Of(Facts()), IncidentDocument.Of(Facts() with { LastSeenAt = At + TimeSpan.FromDays(1), Occurrences = 900, Version = 7, Id = 8 }));

    [Fact]
    public void Of_SecretInALog_IsRedactedOnceMore()
    {
        var text = IncidentDocument.Of(Facts(new EvidenceFact(EvidenceKind.Log, "Log of app", "password=hunter2hunter2")));

        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Contains("password=[redacted]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_EndlessTexts_IsCut()
    {
        var text = IncidentDocument.Of(Facts([.. Enumerable.Range(0, 50).Select(i => new EvidenceFact(EvidenceKind.Event, "e", $"{i} {new string('x', 5000)}"))]) with { Description = new string('y', 9000) });

        Assert.True(text.Length <= IncidentDocument.MaxLength);
    }

    internal static IncidentFacts Facts(params EvidenceFact[] evidence) => new(
        7, "c1", "prod", "shop", "Deployment", "web", "app", FailureFamily.StartAndCrash, IncidentType.OOMKilled, Severity.High, IncidentStatus.Open,
        "app is killed: out of memory", "OOMKilled: memory limit", "web:3", At, At, null, 3, null, null, 1, [], [], [], evidence);
}

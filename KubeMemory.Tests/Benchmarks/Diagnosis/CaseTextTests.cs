using KubeMemory.Benchmarks.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Benchmarks.Diagnosis;

public sealed class CaseTextTests
{
    private const string Loop = """
        cluster: eks
        == one
        cause: oom-limit
        incident: OOMKilled Deployment shop/web
        exit: 137 OOMKilled ×7
        @spec
        limits: memory=64Mi
        @log
        == 20260301120000 AddChip: migrating ====
        PGPASSWORD=hunter22secret
        """;

    [Fact]
    public void Read_CommonHeader_GoesForCasesThatDoNotSayOtherwise()
    {
        var cases = CaseText.Read("cluster: eks\n== a\ncause: x\n== b\ncluster: gke\n");

        Assert.Equal(["eks", "gke"], cases.Select(one => one.Headers["cluster"]));
    }

    [Fact]
    public void Read_LineThatIsNothing_NamesItsNumber()
    {
        var wrong = Assert.Throws<FormatException>(() => CaseText.Read("cluster: eks\n== a\nwhat is this\n"));

        Assert.Contains("Line 3", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_HeaderThatIsNone_IsNamed()
    {
        var wrong = Assert.Throws<FormatException>(() => CaseBuilder.Build(CaseText.Read("== a\ncluster: eks\ncauze: x\n")[0]));

        Assert.Contains("cauze", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("incident: CrashLoop Deployment shop/web")]
    [InlineData("incident: CrashLoopBackOff Deployment web")]
    public void Build_IncidentOfNoKnownForm_IsRefused(string header) =>
        Assert.Throws<FormatException>(() => CaseBuilder.Build(CaseText.Read($"== a\ncluster: eks\n{header}\n")[0]));

    [Fact]
    public void Build_Exit_GivesWhatAWatcherGathersOfALoop()
    {
        var built = CaseBuilder.Build(CaseText.Read(Loop)[0]);

        Assert.Equal(IncidentType.OOMKilled, built.Type);
        Assert.Contains(built.Evidence, e => e.Kind == EvidenceKind.Event && e.Text.StartsWith("Back-off restarting failed container web in pod web-", StringComparison.Ordinal));
        Assert.Contains(built.Evidence, e => e.Kind == EvidenceKind.ContainerState && e.Text.Contains("before: ended with exit code 137, reason OOMKilled", StringComparison.Ordinal));
        Assert.Contains(built.Evidence, e => e.Kind == EvidenceKind.PodSpec && e.Text.Contains("\n  limits: memory=64Mi", StringComparison.Ordinal));
        Assert.Contains(built.Evidence, e => e.Kind == EvidenceKind.NodeCondition);
        Assert.Contains(built.Evidence, e => e.Kind == EvidenceKind.Rollout);
        var log = built.Evidence.Single(e => e.Kind == EvidenceKind.Log);
        Assert.True(log.Previous);
        Assert.StartsWith("== 20260301120000 AddChip: migrating ====\n", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SecretInALog_IsRedactedAsTheWatcherDoes()
    {
        var built = CaseBuilder.Build(CaseText.Read(Loop)[0]);

        Assert.DoesNotContain("hunter22secret", built.Evidence.Single(e => e.Kind == EvidenceKind.Log).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_NoPod_HasNeitherPodNorNodeNorContainer()
    {
        var built = CaseBuilder.Build(CaseText.Read("== a\ncluster: gke\npod: none\nincident: ConfigError Deployment shop/web\n@event FailedCreate ReplicaSet web-1\nno\n")[0]);

        Assert.Null(built.PodName);
        Assert.Null(built.NodeName);
        Assert.Equal("", built.Container);
        Assert.Equal("FailedCreate on ReplicaSet web-1", built.Evidence[0].Title);
    }
}

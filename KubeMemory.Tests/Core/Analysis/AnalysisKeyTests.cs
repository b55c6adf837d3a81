using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Signals;
using KubeMemory.Tests.Api.Analysis;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis;

public sealed class AnalysisKeyTests
{
    private const string Unknown =
        """
        2026-03-04T05:06:07.123Z INFO starting cart-75fb46b7bd-xtkrh build 8f3a2b1c
        2026-03-04T05:06:08.001Z ERROR request 4711 to 10.0.0.12:5432 failed after 350ms with status 502
        {"time":"2026-03-04T05:06:08Z","level":"error","msg":"giving up","attempt":3,"id":"0d9f6a52-55d1-4a51-9d05-2f1e2f0d5a11"}
        """;

    [Fact]
    public void Of_OtherWorkloadPodAndTimes_IsTheSame()
    {
        var other = Unknown.Replace("cart", "billing", StringComparison.Ordinal).Replace("xtkrh", "b8v2z", StringComparison.Ordinal).Replace("05:06:0", "17:59:5", StringComparison.Ordinal)
            .Replace("4711", "99", StringComparison.Ordinal).Replace("10.0.0.12", "10.1.77.3", StringComparison.Ordinal).Replace("350ms", "1.2s", StringComparison.Ordinal)
            .Replace("0d9f6a52-55d1-4a51-9d05-2f1e2f0d5a11", "7e1c0d7b-1b7c-4d7e-8a34-0fd7c1f5be02", StringComparison.Ordinal);

        Assert.Equal(KeyOf(AnalysisSamples.Incident(1, Unknown)), KeyOf(AnalysisSamples.Incident(2, other, "billing", "payments")));
    }

    [Theory]
    [InlineData("status 502", "status 401")]
    [InlineData("giving up", "out of disk space error")]
    public void Of_AnotherComplaint_IsAnother(string from, string to) =>
        Assert.NotEqual(KeyOf(AnalysisSamples.Incident(1, Unknown)), KeyOf(AnalysisSamples.Incident(2, Unknown.Replace(from, to, StringComparison.Ordinal))));

    [Fact]
    public void Of_MoreLinesThatComplainOfNothing_IsTheSame() =>
        Assert.Equal(KeyOf(AnalysisSamples.Incident(1, Unknown)), KeyOf(AnalysisSamples.Incident(1, "GET /healthz 200\n" + Unknown + "\nbye")));

    [Fact]
    public void Of_AStatedCause_IsOfItsLineAlone()
    {
        var one = AnalysisSamples.Incident(1, "connection error: lookup postgres.data: no such host");
        var more = AnalysisSamples.Incident(2, "a fatal mess before\nconnection error: lookup postgres.data: no such host", "billing");
        var elsewhere = AnalysisSamples.Incident(3, "connection error: lookup redis.cache: no such host");

        Assert.Equal(KeyOf(one), KeyOf(more));
        Assert.NotEqual(KeyOf(one), KeyOf(elsewhere));
    }

    [Fact]
    public void Of_ACorrection_IsAnother_AndAnEditedOneAgain()
    {
        var incident = AnalysisSamples.Incident(1);
        var correction = AnalysisSamples.Correction(5, 9);

        string[] keys = [KeyOf(incident), KeyOf(incident, correction), KeyOf(incident, correction with { EditedAt = AnalysisSamples.Now.AddHours(1) })];

        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(KeyOf(incident, correction, AnalysisSamples.Correction(6, 9)), KeyOf(incident, AnalysisSamples.Correction(6, 9), correction));
    }

    [Fact]
    public void Of_AnotherSignatureOrPrompt_IsAnother()
    {
        var incident = AnalysisSamples.Incident(1);

        Assert.NotEqual(KeyOf(incident), KeyOf(incident with { Signature = "CrashLoopBackOff exit 2" }));
        Assert.NotEqual(KeyOf(incident), AnalysisKey.Of(incident, Diagnose(incident), "p1", []));
    }

    [Fact]
    public void Of_AContainerThatRunsAgain_IsTheSame()
    {
        var down = WithState("ready: no, restarts: 4, image: cart:1\nnow: ended with exit code 3, reason Error, started 2026-03-04T05:06:07Z, finished 2026-03-04T05:06:08Z");
        var up = WithState("ready: yes, restarts: 5, image: cart:1\nnow: running since 2026-03-04T05:07:07Z\nbefore: ended with exit code 3, reason Error, started 2026-03-04T05:06:07Z, finished 2026-03-04T05:06:08Z");

        Assert.Equal(KeyOf(down), KeyOf(up));
    }

    private static IncidentDetail WithState(string text) => AnalysisSamples.Incident(1, "quiet") with
    {
        Evidence = [new EvidenceDto("E1", EvidenceKind.ContainerState, "State of container app", text, AnalysisSamples.Now, null, "app", false)],
    };

    private static KubeMemory.Core.Diagnosis.Diagnosis Diagnose(IncidentDetail incident) => AnalysisSamples.Diagnoser.Diagnose(DiagnosisCase.Of(incident));

    private static string KeyOf(IncidentDetail incident, params FixDto[] corrections) => AnalysisKey.Of(incident, Diagnose(incident), null, corrections);
}

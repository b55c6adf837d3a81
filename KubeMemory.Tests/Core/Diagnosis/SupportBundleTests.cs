using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis;

/// <summary>A capture of a real cluster, diagnosed from what it holds.</summary>
public sealed class SupportBundleTests
{
    [Fact]
    public void Diagnose_BackendApi_NamesTheHostThatItsPreviousLogCouldNotResolve()
    {
        const string Root = "support-bundle/cluster-resources";
        var pod = SharedData.Pods($"{Root}/pods/default.json").Single(p => p.Metadata.Name.StartsWith("backend-api-", StringComparison.Ordinal));
        var at = new DateTimeOffset(2025, 9, 11, 20, 54, 39, TimeSpan.Zero);
        var log = File.ReadAllText(SharedData.Require($"{Root}/pods/logs/default/{pod.Metadata.Name}/api-server-previous.log"));
        EvidenceItem[] items =
        [
            .. EvidenceBuilder.ContainerStates(pod, "api-server", at, Redactor.Default),
            EvidenceBuilder.Log(pod.Metadata.Name, "api-server", previous: true, log, at, Redactor.Default),
            EvidenceBuilder.PodSpec(pod, "api-server", at, Redactor.Default)!,
        ];

        var diagnosis = Diagnoser.Default.Diagnose(new DiagnosisCase
        {
            Type = IncidentType.CrashLoopBackOff,
            Namespace = "default",
            WorkloadKind = "Deployment",
            Workload = "backend-api",
            Container = "api-server",
            PodName = pod.Metadata.Name,
            Evidence = [.. items.Select((item, i) => new CaseEvidence($"E{i + 1}", item.Kind, item.Title, item.Text, item.PodName, item.Container, item.Previous))],
        });

        Assert.Equal(("host-not-resolved", "postgres-service.database"), (diagnosis.Main?.Signature.Id, diagnosis.Main?.Thing));
        Assert.Equal(Verdict.Confirmed, diagnosis.Verdict);
        var cited = Assert.Single(diagnosis.Main!.Citations);
        Assert.Equal("E2", cited.EvidenceId);
        Assert.Contains("postgres-service.database", cited.Quote, StringComparison.Ordinal);
    }
}

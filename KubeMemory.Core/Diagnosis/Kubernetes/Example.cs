using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes;

/// <summary>Samples of one message, as an Event brings it to a Deployment's incident.</summary>
internal static class Example
{
    public static SignatureSample Scheduling(string message, string? thing = null) => Of(IncidentType.FailedScheduling, message, thing);

    public static SignatureSample Image(string message, string? thing = null) => Of(IncidentType.ImagePullBackOff, message, thing);

    public static SignatureSample Start(string message, string? thing = null) => Of(IncidentType.CreateContainerError, message, thing);

    public static SignatureSample Config(string message, string? thing = null) => Of(IncidentType.ConfigError, message, thing);

    public static SignatureSample Mount(string message, string? thing = null) => Of(IncidentType.FailedMount, message, thing);

    public static SignatureSample Sandbox(string message, string? thing = null) => Of(IncidentType.SandboxFailure, message, thing);

    public static SignatureSample Evicted(string message, string? thing = null) => Of(IncidentType.Evicted, message, thing);

    public static SignatureSample Killed(string message, string? thing = null) => Of(IncidentType.PreemptedOrKilled, message, thing);

    public static SignatureSample Job(string message, string? thing = null) => Of(IncidentType.JobFailed, message, thing);

    public static SignatureSample Of(IncidentType type, string message, string? thing = null) => new(
        new DiagnosisCase
        {
            Type = type,
            Namespace = "shop",
            WorkloadKind = type == IncidentType.JobFailed ? "Job" : "Deployment",
            Workload = "web",
            Container = "web",
            PodName = "web-6c8f9d7b5-x2x4k",
            NodeName = type is IncidentType.FailedScheduling or IncidentType.ConfigError ? null : "worker-2",
            Image = "registry.example.com/shop/web:1.4.2",
            Evidence = [new CaseEvidence("E1", EvidenceKind.Event, "An event of the sample", message)],
        },
        thing);

    /// <summary>The container waits with a reason, and is tried again and again.</summary>
    public static SignatureSample Looping(string reason, string message, string? thing = null) =>
        Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container web in pod web-6c8f9d7b5-x2x4k_shop(3f0c2a4e-6a7b-4a53-9c3e-6a5f2a1b7c11)", thing)
            .And(EvidenceKind.ContainerState, $"ready: no, restarts: 4, image: registry.example.com/shop/web:1.4.2\nnow: waiting, {reason}: {message}");

    /// <summary>With one more piece of evidence.</summary>
    public static SignatureSample And(this SignatureSample sample, EvidenceKind kind, string text) => sample with
    {
        Case = sample.Case with { Evidence = [.. sample.Case.Evidence, new CaseEvidence($"E{sample.Case.Evidence.Count + 1}", kind, $"{kind} of the sample", text)] },
    };
}

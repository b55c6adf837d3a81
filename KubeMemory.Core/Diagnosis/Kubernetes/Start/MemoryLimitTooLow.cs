using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class MemoryLimitTooLow
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "memory-limit-too-low-to-start",
        Title = "The memory limit is too low for the container to be made",
        Area = SignatureArea.Start,
        Types = [.. Starting.Types, IncidentType.OOMKilled, IncidentType.SandboxFailure],
        Clues =
        [
            Clue.Event("(?i)memory limit too low|container init (?:was OOM-killed|caused: [^\\n]*OOM)|OOM-killed \\(memory limit|set memory limit (?<bytes>[0-9]+) too low|memory limit [^\\n]*should be at least|[Mm]inimum memory limit allowed|too small to start"),
            Clue.Event("(?i)(?:memory\\.(?:limit_in_bytes|max)|setting cgroup config)[^\\n]*(?:device or resource busy|invalid argument)"),
        ],
        Specificity = 82,
        Verdict = Verdict.Confirmed,
        Cause = "The memory limit of the container[ ({limit})] is so low that the runtime itself was killed before the container's own process began. Often the unit is missing or wrong: 64m is a fraction of a byte, 64Mi is meant.",
        Thing = "limit",
        Refine = SpecLimit.AddMemory,
        Steps =
        [
            new("See the limit, and its unit.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("Raise it to what the process needs, with a unit (Mi or Gi).", "kubectl set resources {kind} {workload} -c {container} --limits=memory=<n>Mi -n {namespace}", Changes: true),
        ],
        Prevention = ["Check units in the pipeline, and forbid limits below some 16Mi by a LimitRange."],
        Documentation = Page.Of("tasks/configure-pod-container/assign-memory-resource/"),
        Samples =
        [
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown", "4Mi")
                .And(EvidenceKind.PodSpec, "container web\n  image: registry.example.com/shop/web:1.4.2\n  requests: memory=4Mi\n  limits: cpu=1, memory=4Mi"),
            Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = set memory limit 1048576 too low; should be at least 12582912"),
        ],
        NearMisses = [Example.Of(IncidentType.OOMKilled, "Back-off restarting failed container").And(EvidenceKind.ContainerState, "ready: no, restarts: 3\nbefore: ended with exit code 137, reason OOMKilled, started at an unknown time, finished at an unknown time")],
    };
}

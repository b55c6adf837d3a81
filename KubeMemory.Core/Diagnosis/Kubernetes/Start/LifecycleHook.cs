using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class LifecycleHook
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "lifecycle-hook-failed",
        Title = "A lifecycle hook fails",
        Area = SignatureArea.Start,
        Types = [IncidentType.HookFailure, IncidentType.CrashLoopBackOff, IncidentType.CreateContainerError],
        Clues =
        [
            Clue.Event(@"(?:Exec|HTTP|Http|TCP) lifecycle hook \(\[?(?<command>[^\]\n]*?)\]?\) for [Cc]ontainer [^\n]*? failed(?: - error: (?<error>[^\n]*[^\s.,]))?"),
            Clue.Event("(?:PostStartHookError|PreStopHookError|FailedPostStartHook|FailedPreStopHook|PostStartHook failed|PreStopHook failed)(?:[:, ]+(?<error>[^\\n]*[^\\s.,]))?"),
        ],
        Specificity = 70,
        Verdict = Verdict.Confirmed,
        Cause = "The {hook} hook of the container[ {container}] fails[: {error}]. A postStart hook that fails ends its container; a preStop hook that fails only cuts the farewell short.",
        Thing = "hook",
        Refine = HookName.Add,
        Steps =
        [
            new("Read the hook's command.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("Run the same command by hand in a container that runs."),
            Step.Edit("Correct the hook; a postStart hook starts together with the process and may not rely on it being ready."),
        ],
        Prevention = ["Keep hooks short and let them end well when there is nothing to do; use an init container for what must be done before."],
        Documentation = Page.Of("concepts/containers/container-lifecycle-hooks/"),
        Samples =
        [
            Example.Of(IncidentType.HookFailure, "Exec lifecycle hook ([/bin/sh -c /opt/register.sh]) for Container \"web\" in Pod \"web-6c8f9d7b5-x2x4k_shop(3f0c)\" failed - error: command '/bin/sh -c /opt/register.sh' exited with 7: curl: (7) Failed to connect, message: \"\"", "postStart").And(EvidenceKind.ContainerState, "ready: no, restarts: 2\nnow: waiting, PostStartHookError: command exited with 7"),
            Example.Of(IncidentType.HookFailure, "PostStartHook failed", "postStart"),
            Example.Of(IncidentType.HookFailure, "PreStopHook failed", "preStop"),
        ],
        NearMisses = [Example.Of(IncidentType.HookFailure, "Back-off restarting failed container web in pod web-6c8f9d7b5-x2x4k_shop(3f0c)")],
    };
}

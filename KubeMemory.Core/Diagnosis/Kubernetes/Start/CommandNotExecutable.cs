using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class CommandNotExecutable
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "command-not-executable",
        Title = "The command may not be executed",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues =
        [
            Clue.Event($"exec: {Fragment.Quote}(?<command>{Fragment.Quoted}){Fragment.Quote}: (?:permission denied|is a directory)"),
            Clue.Event($"(?i)exec(?: container process)? (?:{Fragment.Quote})?(?<command>{Fragment.Path})(?:{Fragment.Quote})?: permission denied"),
            Clue.Event($"(?i)open executable: permission denied|exec user process caused[^\\n]*permission denied"),
        ],
        Unless = [Clue.Event("(?i)lifecycle hook|PostStartHook|PreStopHook")],
        Specificity = 80,
        Verdict = Verdict.Confirmed,
        Cause = "The container's command[ {command}] is in the image {image} and may not be executed by the user that it runs as: the file has no execute bit, is a directory, or lies on a volume mounted noexec.",
        Thing = "command",
        Steps =
        [
            new("See command, user (runAsUser) and mounts of the container.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("Look at the file's mode in the image: docker run --rm --entrypoint ls {image} -l {command}."),
            new("Set the execute bit when the image is built (COPY --chmod=755), or run the script through its interpreter."),
            Step.Edit("A script from a config map needs defaultMode 0755 in the volume."),
        ],
        Prevention = ["Keep the execute bit in version control (git update-index --chmod=+x), and start the image as its real user in the pipeline."],
        Documentation = Page.Of("tasks/inject-data-application/define-command-argument-container/"),
        Samples =
        [
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/srv/start.sh\": permission denied: unknown", "/srv/start.sh"),
            Example.Start("Error: container create failed: time=\"2024-03-01T10:00:00Z\" level=error msg=\"runc create failed: unable to start container process: exec: \\\"./run\\\": permission denied\"", "./run"),
        ],
        NearMisses = [Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container").And(EvidenceKind.Log, "open /var/cache/web/index: permission denied")],
    };
}

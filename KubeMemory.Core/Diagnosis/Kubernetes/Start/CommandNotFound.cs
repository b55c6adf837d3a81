using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class CommandNotFound
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "command-not-found",
        Title = "The command is not in the image",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues =
        [
            Clue.Event($"exec: {Fragment.Quote}(?<command>{Fragment.Quoted}){Fragment.Quote}: (?:executable file not found|stat [^\\n]*: no such file or directory|no such file or directory)"),
            Clue.Event($"(?i)executable file {Fragment.Quote}(?<command>{Fragment.Quoted}){Fragment.Quote} not found"),
            Clue.Event($"(?i)exec(?: container process)? (?:{Fragment.Quote})?(?<command>{Fragment.Path})(?:{Fragment.Quote})?: no such file or directory"),
            Clue.Event("(?i)container_linux[^\\n]*executable file not found|attempted to invoke a command that was not found|The system cannot find the file specified|exec user process caused[^\\n]*no such file or directory|open executable: no such file"),
        ],
        Unless = [Clue.Event("(?i)lifecycle hook|PostStartHook|PreStopHook")],
        Specificity = 80,
        Verdict = Verdict.Confirmed,
        Cause = "The container's command[ {command}] is not in the image {image}: the name or path is wrong, or it lies elsewhere in this version of the image. A script that is there can say the same when the interpreter in its first line is missing, or when its lines end in CRLF.",
        Thing = "command",
        Steps =
        [
            new("See the command and args of the container; without them the image's own entrypoint runs.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("Look into the image: docker run --rm -it --entrypoint sh {image}."),
            Step.Edit("Correct command or args; a shell's line needs a shell: [\"sh\", \"-c\", \"…\"]."),
            new("Or go back to the last good revision.", "kubectl rollout undo {kind}/{workload} -n {namespace}", Changes: true),
        ],
        Prevention = ["Start the image once in the pipeline with the very command that the manifest gives it."],
        Documentation = Page.Of("tasks/inject-data-application/define-command-argument-container/"),
        Samples =
        [
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"gunicron\": executable file not found in $PATH: unknown", "gunicron"),
            Example.Start("Error: failed to start container \"web\": Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"/srv/start.sh\": stat /srv/start.sh: no such file or directory: unknown", "/srv/start.sh"),
            Example.Start("Error: container create failed: executable file `uvicron` not found in $PATH: No such file or directory", "uvicron"),
            Example.Looping("RunContainerError", "failed to start container \"5ab1\": Error response from daemon: oci runtime error: container_linux.go:247: starting container process caused \"exec: \\\"serve-web\\\": executable file not found in $PATH\"", "serve-web"),
        ],
        NearMisses =
        [
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/srv/start.sh\": permission denied: unknown"),
            Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container").And(EvidenceKind.Log, "open /etc/web/config.yaml: no such file or directory"),
        ],
    };
}

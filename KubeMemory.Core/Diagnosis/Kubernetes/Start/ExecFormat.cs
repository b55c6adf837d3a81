using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class ExecFormat
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "exec-format-error",
        Title = "The node cannot execute the image's program",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues = [Clue.Event($"(?i)exec(?:ve)? (?:container process )?(?:{Fragment.Quote})?(?<command>{Fragment.Path})(?:{Fragment.Quote})?: exec format error"), Clue.Event("(?i)exec format error|cannot execute binary file")],
        Specificity = 80,
        Verdict = Verdict.Confirmed,
        Cause = "The program[ {command}] of the image {image} is not in a form that the node executes: it is built for another processor (amd64 against arm64), or it is a script without a first line like #!/bin/sh.",
        Thing = "image",
        Steps =
        [
            new("See the architecture of the nodes.", "kubectl get nodes -L kubernetes.io/arch"),
            new("See for which platform the image is built: docker manifest inspect {image}."),
            new("Build for the nodes' platform, or for several: docker buildx build --platform linux/amd64,linux/arm64."),
            Step.Edit("Or keep the pod on nodes of the right kind: nodeSelector kubernetes.io/arch."),
        ],
        Prevention = ["Build multi-architecture images in the pipeline, never on a laptop of another kind."],
        Documentation = Page.Of("concepts/containers/images/#multi-architecture-images-with-image-indexes"),
        Samples =
        [
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec /usr/local/bin/web: exec format error: unknown", "registry.example.com/shop/web:1.4.2"),
            Example.Looping("RunContainerError", "container create failed: exec container process `/usr/local/bin/web`: Exec format error", "registry.example.com/shop/web:1.4.2"),
        ],
        NearMisses = [Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container").And(EvidenceKind.Log, "ERROR invalid log format: expected json")],
    };
}

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class WorkingDirectory
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "working-directory-unusable",
        Title = "The working directory cannot be entered",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues =
        [
            Clue.Event($"(?i)chdir to cwd \\({Fragment.Quote}(?<path>{Fragment.Path}){Fragment.Quote}\\)[^\\n]*(?:no such file or directory|permission denied|not a directory)"),
            Clue.Event($"(?i)(?:mkdir|chdir) {Fragment.MaybeQuote}(?<path>{Fragment.Path}){Fragment.MaybeQuote}: (?:not a directory|permission denied)[^\\n]*(?:cwd|workdir|working dir)"),
            Clue.Event("Cwd must be an absolute path"),
        ],
        Specificity = 76,
        Verdict = Verdict.Confirmed,
        Cause = "The container begins in the working directory {path}, which is not there or may not be entered by the user that it runs as.",
        Thing = "path",
        Steps =
        [
            new("See workingDir and runAsUser of the container; without workingDir the image's WORKDIR counts.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            Step.Edit("Correct workingDir, or make the directory in the image, readable for that user."),
        ],
        Prevention = ["Start the image in the pipeline as the user that the cluster gives it."],
        Documentation = Page.Of("tasks/configure-pod-container/security-context/"),
        Samples = [Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: chdir to cwd (\"/home/app/src\") set in config.json failed: permission denied: unknown", "/home/app/src")],
        NearMisses = [Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: exec: \"/home/app/src/run\": permission denied: unknown")],
    };
}

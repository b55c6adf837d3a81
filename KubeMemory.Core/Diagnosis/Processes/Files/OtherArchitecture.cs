namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class OtherArchitecture
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "binary-of-other-architecture",
        Title = "The program is built for another processor",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?:exec (?:user process caused: )?['""]?(?<file>[\w./-]+)['""]?: |(?<file>[\w./-]+): (?:cannot execute binary file: )?)(?i:exec format error)"),
            Clue.Log(@"(?i)(?:exec format error|cannot execute binary file|wrong ELF class|invalid ELF header|qemu-\w+: Could not open)"),
        ],
        Specificity = 68,
        Verdict = Verdict.Confirmed,
        Cause = "The program[ {file}] is built for another processor than the node has, or is no program at all.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See which processors the nodes have.", "kubectl get nodes -L kubernetes.io/arch"),
            new("See which image runs.", "kubectl describe pod {pod} -n {namespace}"),
        ],
        Prevention =
        [
            "Publish images for every architecture in the cluster, or choose nodes by kubernetes.io/arch.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch"),
        Samples =
        [
            ProcessCase.Crash("exec /usr/local/bin/shop: exec format error", "/usr/local/bin/shop", exitCode: 255),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR format error in line 12 of the feed"),
        ],
    };
}

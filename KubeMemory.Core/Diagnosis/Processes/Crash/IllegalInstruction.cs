namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class IllegalInstruction
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "illegal-instruction",
        Title = "The processor does not know an instruction of the program",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.Log(@"(?i)(?:\bSIGILL\b|illegal instruction|CPU (?:does not support|lacks|ISA level)|requires? (?:AVX|SSE|x86-64-v[234])\w*|x86-64-v[234] .{0,40}(?:required|not supported))"),
            Clue.State(@"ended with exit code 132|signal 4\b"),
        ],
        Specificity = 55,
        Verdict = Verdict.Confirmed,
        Cause = "The program uses an instruction that the node's processor does not have (SIGILL, exit code 132): it is built for a newer one.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See on which node it runs.", "kubectl get pod {pod} -n {namespace} -o wide"),
        ],
        Prevention =
        [
            "Build for the oldest processor in the cluster, or choose nodes by label.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"),
        Samples =
        [
            ProcessCase.Crash("Illegal instruction (core dumped)", exitCode: 132),
            ProcessCase.Crash("Fatal glibc error: CPU does not support x86-64-v2", exitCode: 127),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR instruction of clerk 4: refund above limit"),
        ],
    };
}

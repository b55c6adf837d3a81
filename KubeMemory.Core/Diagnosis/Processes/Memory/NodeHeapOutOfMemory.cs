namespace KubeMemory.Core.Diagnosis.Processes.Memory;

internal static class NodeHeapOutOfMemory
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "node-heap-out-of-memory",
        Title = "Node.js is out of heap",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.Log("(?:JavaScript heap out of memory|Reached heap limit Allocation failed|FATAL ERROR: .{0,80}(?:Allocation failed|heap)|ERR_WORKER_OUT_OF_MEMORY|Ineffective mark-compacts near heap limit)"),
        ],
        Specificity = 72,
        Verdict = Verdict.Confirmed,
        Cause = "Node.js is out of heap: its own limit (--max-old-space-size) is reached, not that of the container.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See the options (NODE_OPTIONS) and the container's limit.", "kubectl get pod {pod} -n {namespace} -o yaml"),
        ],
        Prevention =
        [
            "Set --max-old-space-size to about three quarters of the container's limit.",
        ],
        Documentation = ProcessSteps.Memory,
        Samples =
        [
            ProcessCase.Crash(
                """
                <--- Last few GCs --->
                [1:0x5f] 41022 ms: Mark-sweep 508.1 (522.0) -> 507.9 (522.2) MB, 310.2 / 0.0 ms
                FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
                 1: 0xb7c8e0 node::Abort() [node]
                Aborted (core dumped)
                """, exitCode: 134),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR heap of parcels 4 is out of order"),
        ],
    };
}

namespace KubeMemory.Core.Diagnosis.Processes.Memory;

internal static class AllocationFailed
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "memory-allocation-failed",
        Title = "The process cannot get the memory that it asks for",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.Log(@"(?:fatal error: runtime: (?:out of memory|cannot allocate memory)|fatal error: out of memory|std::bad_alloc|System\.OutOfMemoryException|^MemoryError\b|\bMemoryError: |numpy.{0,40}Unable to allocate|NoMemoryError|failed to allocate memory|Allowed memory size of (?<size>[0-9]+) bytes exhausted|memory allocation of (?<size>[0-9]+) bytes failed|(?i:cannot allocate memory)|(?i:\[Errno 12\])|eheap_alloc: Cannot allocate (?<size>[0-9]+) bytes|OOM command not allowed when used memory|Insufficient memory to)"),
        ],
        Unless =
        [
            Clue.Log("fork: (?:retry: )?|java.lang.OutOfMemoryError|heap out of memory"),
        ],
        Specificity = 67,
        Verdict = Verdict.Confirmed,
        Cause = "The process cannot get the memory that it asks for[ ({size} bytes)].",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Describe,
            new("See what it uses.", "kubectl top pod {pod} -n {namespace} --containers"),
        ],
        Prevention =
        [
            "Set the limit from what the process uses at its peak.",
        ],
        Documentation = ProcessSteps.Memory,
        Samples =
        [
            ProcessCase.Crash("PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /app/src/Report.php on line 88", exitCode: 255),
            ProcessCase.Crash("fatal error: runtime: out of memory", exitCode: 2),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR memory card 12 cannot be allocated to rack 4"),
        ],
    };
}

namespace KubeMemory.Core.Diagnosis.Processes.Memory;

internal static class JavaOutOfMemory
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "java-out-of-memory",
        Title = "The Java virtual machine is out of memory",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.Log(@"java\.lang\.OutOfMemoryError: (?<space>Java heap space|GC overhead limit exceeded|Metaspace|Compressed class space|(?:Cannot reserve [0-9]+ bytes of )?[Dd]irect buffer memory|PermGen space|Requested array size exceeds VM limit|Out of swap space)"),
            Clue.Log(@"(?:Terminating due to java\.lang\.OutOfMemoryError|java\.lang\.OutOfMemoryError)(?:: (?<space>[A-Z][A-Za-z ]{3,40}))?"),
            Clue.Log(@"(?:There is insufficient memory for the Java Runtime Environment to continue|Could not reserve enough space for (?:[0-9]+KB )?(?<space>object heap)|Native memory allocation \((?<space>\w+)\) failed)"),
        ],
        Unless =
        [
            Clue.Log("unable to create (?:new )?native thread"),
        ],
        Specificity = 72,
        Verdict = Verdict.Confirmed,
        Cause = "The Java virtual machine is out of memory[: {space}]. Its own limit (-Xmx, MaxRAMPercentage, MaxMetaspaceSize) is reached, not that of the container.",
        Thing = "space",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See which options the JVM is given, and the container's limit.", "kubectl get pod {pod} -n {namespace} -o yaml"),
            new("See what it uses.", "kubectl top pod {pod} -n {namespace} --containers"),
        ],
        Prevention =
        [
            "Set -XX:MaxRAMPercentage instead of -Xmx, and -XX:+HeapDumpOnOutOfMemoryError with a volume for the dump.",
        ],
        Documentation = ProcessSteps.Memory,
        Samples =
        [
            ProcessCase.Crash(
                """
                Exception in thread "import-1" java.lang.OutOfMemoryError: Java heap space
                	at java.base/java.util.Arrays.copyOf(Arrays.java:3537)
                """, "Java heap space"),
            ProcessCase.Crash("Terminating due to java.lang.OutOfMemoryError: Metaspace", "Metaspace", exitCode: 3),
        ],
        NearMisses =
        [
            ProcessCase.Crash("Exception in thread \"main\" java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached"),
        ],
    };
}

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class ThreadsExhausted
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "threads-exhausted",
        Title = "The process may start no more threads or processes",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.Log(@"(?i)(?:unable to create (?:new )?native thread|can't start new thread|pthread_create(?: failed|\(\)|:)|failed to create (?:new )?(?:OS )?thread|newosproc|fork: (?:retry: )?(?:Resource temporarily unavailable|cannot allocate)|cannot fork|fork/exec .{1,120}resource temporarily unavailable|Cannot create worker GC thread|thread.{0,40}Resource temporarily unavailable|pids? (?:cgroup )?limit|unable to start thread|failed to spawn (?:thread|worker).{0,60}(?:unavailable|os error 11)|(?:os error 11|EAGAIN).{0,40}(?:thread|spawn|fork))"),
        ],
        Specificity = 71,
        Verdict = Verdict.Confirmed,
        Cause = "The process may start no more threads or processes: the limit of the pod (pids) or of the node is reached.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See what else runs on the node.", "kubectl describe node {node}"),
            ProcessSteps.Describe,
        ],
        Prevention =
        [
            "Bound thread pools; the kubelet's podPidsLimit is one for each pod.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/policy/pid-limiting/"),
        Samples =
        [
            ProcessCase.Crash("Exception in thread \"main\" java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached"),
            ProcessCase.Crash("RuntimeError: can't start new thread"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR unable to create topic for forum post 7"),
        ],
    };
}

namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class KernelSettingTooLow
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "kernel-setting-too-low",
        Title = "A setting of the node's kernel is too low for the program",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"max virtual memory areas (?<setting>vm\.max_map_count) \[[0-9]+\] is too low|(?i)(?<setting>(?:vm|fs|net|kernel)\.[a-z_.0-9]+)\b.{0,60}(?:too low|too small|must be|increase|insufficient|at least)"),
            Clue.Log(@"max (?<setting>file descriptors|number of threads) \[[0-9]+\] for \w+ process(?: \[\w+\])? (?:is )?(?:likely )?too low"),
        ],
        Specificity = 70,
        Verdict = Verdict.Confirmed,
        Cause = "{setting} of the node is too low for the program: it refuses to start.",
        Thing = "setting",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See on which node it runs.", "kubectl get pod {pod} -n {namespace} -o wide"),
        ],
        Prevention =
        [
            "Set kernel parameters on the nodes, or for the pod where they are namespaced.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/"),
        Samples =
        [
            ProcessCase.Crash(
                """
                bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
                ERROR: Elasticsearch did not exit normally - check the logs
                """, "vm.max_map_count"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR stock of kernel corn is too low for order 9"),
        ],
    };
}

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class PrivilegedPort
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "privileged-port-denied",
        Title = "The process may not listen on a port below 1024",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:listen(?: tcp\d?)?|bind(?:ing)?(?:\(\))?(?: to)?|EACCES:? (?:permission denied)?|address|make_sock)\b.{0,60}?(?:[:\s(',]|port )(?<port>[0-9]{1,3})(?:[^.\w].{0,60}?)?(?:permission denied|EACCES|\(13|access denied|not permitted)"),
            Clue.Log(@"(?i)(?:permission denied|EACCES).{0,60}?(?:[\[\]0-9a-f:.*]+:|port |:)(?<port>[0-9]{1,3})\b(?:[^0-9./]|$)"),
            Clue.Log(@"(?i)(?:\bbind(?:\(\))?: permission denied|listen EACCES|BindException: Permission denied|SocketException: Permission denied|SocketException \(13\))"),
        ],
        Specificity = 68,
        Verdict = Verdict.Confirmed,
        Cause = "The process may not listen on port {port}: it does not run as root, and ports below 1024 need a right of their own.",
        Thing = "port",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See as which user the pod runs (securityContext).", "kubectl get pod {pod} -n {namespace} -o yaml"),
        ],
        Prevention =
        [
            "Listen on a port above 1024; the Service may still offer 80 or 443.",
        ],
        Documentation = ProcessSteps.SecurityContext,
        Samples =
        [
            ProcessCase.Crash("nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", "80"),
            ProcessCase.Crash("fatal: listen tcp :443: bind: permission denied", "443"),
            ProcessCase.Crash("Error: listen EACCES: permission denied 0.0.0.0:80", "80"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("panic: open /srv/80/data: permission denied"),
        ],
    };
}

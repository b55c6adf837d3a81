using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class PortInUse
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "port-in-use",
        Title = "The port that the process listens on is taken",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:EADDRINUSE|address (?:is )?already in use|address in use|errno 98|os error 98|:eaddrinuse)[^0-9]{0,40}?(?:[\[\]0-9a-f:.*]+:|port |port: |for port )?(?<port>[0-9]{2,5})\b"),
            Clue.Log(@"(?i)(?:listen(?:ing)?(?: on)?|bind(?:ing)?(?:\(\))?(?: to)?|address|serve|at|on|to)\b.{0,40}?(?:[:\s(',]|port )(?<port>[0-9]{2,5})(?:[^.\w].{0,60}?)?(?:address (?:is )?already in use|address in use|EADDRINUSE|errno 98|failed \(98)"),
            Clue.Log(@"(?i)\bconnection in use: \('[^')]{0,60}', (?<port>[0-9]{2,5})\)"),
            Clue.Log(@"(?i)\bport (?<port>[0-9]{2,5}) (?:is |was )?(?:already )?(?:in use|used|taken|occupied|allocated|being used)"),
            Clue.Log(@"(?i)(?:\bEADDRINUSE\b|address (?:is )?already in use|BindException: Address already in use|only one usage of each socket address|os error 98)"),
        ],
        Specificity = 69,
        Verdict = Verdict.Confirmed,
        Cause = "The port[ {port}] that the process listens on is taken by another process in the same pod, or on the node where the pod uses the host's network.",
        Thing = "port",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See the other containers of the pod, their ports, and whether it uses the host's network.", "kubectl get pod {pod} -n {namespace} -o yaml"),
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Give each container of a pod a port of its own, the side containers too.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking"),
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash(
                """
                Error: listen EADDRINUSE: address already in use :::3000
                    at Server.setupListenHandle [as _listen2] (node:net:1817:16)
                """, "3000"),
            ProcessCase.Crash("fatal: listen tcp :9090: bind: address already in use", "9090"),
            ProcessCase.Crash(
                """
                ***************************
                APPLICATION FAILED TO START
                ***************************

                Description:

                Web server failed to start. Port 8080 was already in use.

                Action:

                Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.
                """, "8080"),
            ProcessCase.Crash("OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use", "8000"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN metrics port 9100 is already in use, metrics are off
                INFO started
                ERROR tariff 9 has two prices
                """),
        ],
    };

    private static readonly Regex Near = new(@"(?i)\b(?:bind\w*|listen\w*|address|port|server|url)\b[^\n]{0,60}?[:\s](?<port>[0-9]{2,5})(?:[^.\w]|$)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    // 98 is the number of the error on Linux. What the line does not say, its stack trace may.
    private static IReadOnlyDictionary<string, string> Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        if (facts.TryGetValue("port", out var port) && port != "98")
        {
            return facts;
        }

        var known = facts.Where(fact => fact.Key != "port").ToDictionary(StringComparer.Ordinal);
        if (Near.Match(facts.GetValueOrDefault(FailureSignature.StatementFact, "")) is { Success: true } near)
        {
            known["port"] = near.Groups["port"].Value;
        }

        return known;
    }
}

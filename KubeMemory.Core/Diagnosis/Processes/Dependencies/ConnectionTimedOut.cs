using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class ConnectionTimedOut
{
    private static readonly Regex Connection = new(@"SQLSTATE\[\w+\] \[[0-9]+\] Connection timed out|\bETIMEDOUT\b|ConnectTimeout(?:Exception|Error)\b|(?:Exception|Error)[: (].{0,60}\b[Cc]onnection (?:attempt )?timed out", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public static FailureSignature Signature { get; } = new()
    {
        Id = "connection-timed-out",
        Title = "A dependency does not answer in time",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:connection (?:attempt )?(?:has )?timed out|connection timeout expired|connect(?:ion)? time-?d? ?-?out|connecting to .{1,80} timed out|\betimedout\b|i/o timeout|connect timed out|ConnectTimeout|ServerSelectionTimeout|handshake timed out|timeout expired|timed out (?:after .{1,20} )?(?:while )?(?:connecting|waiting for .{0,30}connection)|timeout (?:while )?connecting|dial .{1,80}timeout|operation timed out|\[Errno 110\]|os error 110|SocketTimeoutException|timeout occurred after waiting|timed out waiting for \S+:[0-9]+)"),
            Clue.Log(@"(?i)(?:context deadline exceeded|deadline_?exceeded|timed out|timeout).{0,100}(?:https?://|tcp|[a-z0-9.-]+:[0-9]{2,5})|(?:https?://|\btcp |[a-z][a-z0-9.-]+:[0-9]{2,5}).{0,160}(?:context deadline exceeded|deadline_?exceeded|timed out|timeout)"),
        ],
        Specificity = 62,
        Verdict = Verdict.Confirmed,
        Cause = "A dependency[, {address},] does not answer in time: the connection that the process needs is not made.[ Port {port} of {host} may be blocked by a network policy or firewall, or what serves it is stuck.]",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Policies,
            ProcessSteps.Services,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Allow the traffic to the dependency in the network policies of both namespaces.",
            "Let the process try again for a while when a dependency does not answer.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/services-networking/network-policies/"),
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("level=fatal msg=\"cannot open database\" error=\"dial tcp 10.8.0.3:3306: i/o timeout\"", "10.8.0.3:3306"),
            ProcessCase.Crash(
                """
                Error: connect ETIMEDOUT 172.20.4.9:27017
                    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)
                """, "172.20.4.9:27017"),
            ProcessCase.Crash("Caused by: io.netty.channel.ConnectTimeoutException: connection timed out: search-master/10.2.2.2:9300", "search-master:9300"),
            ProcessCase.Crash("PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection timed out in /srv/shop/db.php:31"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN config server http://config:8888 timed out, using local file
                INFO application started
                ERROR template "invoice" has an unclosed tag at line 12
                """),
            ProcessCase.Crash("the shutdown of worker 3 timed out"),
        ],
    };

    // A bare "timed out" may be anything: without an address it is a dependency's only where an error of its own kind speaks of a connection.
    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        Addresses.Add(incident, facts) is var found && (found.ContainsKey("address") || Connection.IsMatch(facts.GetValueOrDefault(FailureSignature.LineFact, ""))) ? found : null;
}

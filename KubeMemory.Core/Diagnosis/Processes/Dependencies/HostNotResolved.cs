namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class HostNotResolved
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "host-not-resolved",
        Title = "A dependency's host name cannot be resolved",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"\blookup {Parts.Host}(?: on [0-9a-fA-F.:\[\]]+)?: (?:no such host|server misbehaving|(?i:temporary failure)|no answer|read udp|write udp|dial udp|i/o timeout|(?i:try again)|device or resource busy|(?i:name or service))"),
            Clue.Log($@"\b(?:getaddrinfo|query[A-Za-z]{{1,6}}) (?:ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_FAIL|ETIMEOUT|ESERVFAIL|EREFUSED) (?:_[a-z]+\._tcp\.)?{Parts.Host}"),
            Clue.Log($@"UnknownHostException: (?:Failed to resolve '?|Unable to resolve host ""?)?{Parts.Host}"),
            Clue.Log($@"could not translate host name ""{Parts.Host}"""),
            Clue.Log($@"\b(?:nc|ping|wget|telnet|curl|nslookup|ssh|mysqladmin|pg_isready|redis-cli)\b.{{0,40}}(?i:bad address|could not resolve(?: host)?|unable to resolve host address|getaddrinfo for host|unknown host):? ?['""`‘]?{Parts.Host}"),
            Clue.Log($@"(?i)\b(?:bad address|could not resolve host|unable to resolve host address|host not found in (?:upstream|resolver)|could not resolve address|unknown (?:mysql server )?host|unresolved (?:host|address)|name resolution failed for(?: target)?|dns resolution failed for(?: service)?|couldn't resolve server|no address associated with hostname|(?:dns )?name does not exist|name not resolved)[: ]+(?:dns:(?://)?/?)?['""`‘]?{Parts.Host}"),
            Clue.Log($@"(?i)\b(?:cannot|can't|can ?not|could not|couldn't|unable to|failed to|failure to|did not|not) (?:be )?(?:resolve|look ?up)d?(?: the)?(?: dns)?(?: host ?name| host| server| address| name| domain| broker)?(?: of| for)?:? ?['""`‘]{Parts.Host}['""`’]"),
            Clue.Log($@"(?i)(?:\bhost(?:name)?|\bserver|\bdomain|\bname) ['""`]?{Parts.Host}['""`]? (?:could not|cannot|can't|couldn't|can not) be (?:resolved|found|looked up)"),
            Clue.Log($@"(?:HTTPS?ConnectionPool\(host=|Failed to resolve |getaddrinfo for |Can't connect to MySQL server on |for host )['""]?{Parts.Host}['""]?.*(?:Name or service not known|Temporary failure in name resolution|NameResolutionError|Failed to resolve|Name does not resolve|nodename nor servname|No address associated|failed: )"),
            Clue.Log($@"\[?(?:Errno|Error) -[2358]\]? connecting to {Parts.Host}(?::{Parts.Port})?\. (?:Name|Temporary|nodename|No address)"),
            Clue.Log($@"(?:Name or service not known|No such host is known\.?|Name does not resolve|Temporary failure in name resolution|nodename nor servname provided, or not known|Resource temporarily unavailable) \({Parts.Host}:{Parts.Port}\)"),
            Clue.Log($@"\b{Parts.Host}(?::{Parts.Port})?\)?: (?:\[Errno -[0-9]\] )?(?:Name or service not known|Temporary failure in name resolution|Name does not resolve|nodename nor servname|No address associated with hostname|non-existing domain|no such host|Unknown host|NXDOMAIN|nxdomain)"),
            Clue.Log($@"(?:Name or service not known|Temporary failure in name resolution|nodename nor servname provided, or not known|No address associated with hostname)['""\)]{{0,4}} (?:for|while resolving|when resolving|resolving) ['""]?{Parts.Host}"),
            Clue.Log(@"(?:Name or service not known|nodename nor servname|Temporary failure in name resolution|Name does not resolve|No address associated with hostname|\bno such host\b|No such host is known|(?i:\bnxdomain\b)|non-existing domain|failed to lookup address information|getaddrinfo (?:failed|ENOTFOUND|EAI_AGAIN)|\bEAI_AGAIN\b|\bENOTFOUND\b|NameResolutionError|No resolvable bootstrap urls|DnsNameResolverTimeoutException|UnknownHostException|php_network_getaddresses|(?i:could not resolve host|dns (?:error|lookup failed|resolution failed)|name resolution (?:failed|failure|error)))"),
        ],
        Specificity = 68,
        Verdict = Verdict.Confirmed,
        Cause = "The host name[ {host}] cannot be resolved: no Service or DNS record answers to it, or DNS itself does not. The process needs it and ends.",
        Thing = "host",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See whether a Service of that name is there, in the namespace that the name says.", "kubectl get services --all-namespaces"),
            new("Look the name up from inside the pod.", "kubectl exec {pod} -n {namespace} -c {container} -- nslookup {host}"),
            new("See whether cluster DNS itself is well.", "kubectl get pods -n kube-system -l k8s-app=kube-dns"),
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Write names of Services in other namespaces with their namespace: name.namespace.",
            "Let the process try again for a while when a dependency is not there yet.",
        ],
        Documentation = ProcessSteps.Dns,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash(
                """
                Starting shop 4.2
                nc: bad address 'orders-db.data'
                ERROR: cannot reach the database: connection refused
                giving up after 3 retries
                """, "orders-db.data"),
            ProcessCase.Crash(
                """
                2026/03/04 05:06:17 INFO starting
                2026/03/04 05:06:18 FATAL cannot open store: failed to connect to `host=pg-main user=app database=shop`: hostname resolving error (lookup pg-main on 10.96.0.10:53: no such host)
                """, "pg-main"),
            ProcessCase.Crash(
                """
                node:internal/process/promises:288
                            triggerUncaughtException(err, true /* fromPromise */);
                            ^

                Error: getaddrinfo ENOTFOUND redis-cache.shared
                    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26) {
                  errno: -3008,
                  code: 'ENOTFOUND',
                  syscall: 'getaddrinfo',
                  hostname: 'redis-cache.shared'
                }

                Node.js v20.11.0
                """, "redis-cache.shared"),
            ProcessCase.Crash(
                """
                Traceback (most recent call last):
                  File "/app/main.py", line 9, in <module>
                    conn = psycopg2.connect(dsn)
                psycopg2.OperationalError: could not translate host name "ledger-pg" to address: Name or service not known
                """, "ledger-pg"),
            ProcessCase.Crash("{\"level\":\"fatal\",\"ts\":1772600000.1,\"msg\":\"cannot start\",\"error\":\"dial tcp: lookup kafka-0.kafka on 10.43.0.10:53: server misbehaving\"}", "kafka-0.kafka"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN redis: getaddrinfo ENOTFOUND redis-cache, retrying in 2s
                INFO redis: connection to redis-cache established
                INFO serving requests
                panic: runtime error: index out of range [3] with length 3
                """),
            ProcessCase.Crash("KeyError: 'no rate for host in table of hosts'"),
        ],
    };

    private static IReadOnlyDictionary<string, string> Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        Addresses.Add(incident, facts.TryGetValue("host", out var host) && Addresses.IsNoHost(host)
            ? facts.Where(fact => fact.Key is not ("host" or "port")).ToDictionary(StringComparer.Ordinal)
            : facts);
}

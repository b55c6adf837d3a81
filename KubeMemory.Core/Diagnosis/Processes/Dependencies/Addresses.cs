using System.Text.RegularExpressions;
using KubeMemory.Core.Diagnosis.Logs;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

/// <summary>Which host, at which port, an error speaks of: in its line, else in its statement, else in what was said just before.</summary>
internal static class Addresses
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const string Host = @"(?<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)";
    private const string Port = "(?<port>[0-9]{2,5})";

    private const int MostFound = 20;

    private static readonly Regex[] Patterns =
    [
        // Url { scheme: "http", host: Some(Domain("rates")), port: Some(8080), … }
        new($@"host: Some\(Domain\(""{Host}""\)\)(?:, port: Some\({Port}\))?", Options),
        // read tcp 10.1.1.5:43210->10.2.2.2:5432: …
        new($@"->{Host}:{Port}\b", Options),
        // postgres://app:x@db.shop:5432/shop | Connect to http://inventory:8080 […] failed | amqp://guest:**@rabbit:5672//
        new($@"\b[a-z][a-z0-9+.-]*://(?:[^/@\s""']*@)?{Host}(?::{Port})?", Options),
        // connection to server at "db" (10.0.0.7), port 5432 failed | for "db" port 5432 | Failed to connect to db port 80 after 0 ms | host='db', port=80
        new($@"(?:\b(?:at|for|to|host|hostname|server|address) ?[=:]? ?)[""'`]?{Host}[""'`]?,?(?: \([0-9a-fA-F.:]+\))?,? (?:and accepting )?(?:TCP )?port[ =:]+[""']?{Port}", Options),
        // Is the server running on host "db" (10.0.0.7) and accepting\n\tTCP/IP connections on port 5432?
        new($@"\bon host [""']{Host}[""'](?: \([^)]*\))? and accepting\s+TCP/IP connections on port {Port}", Options),
        new($@"\bon host [""']{Host}[""']", Options),
        // {{"host":"db","port":5432}} | host=db user=app | address: '10.0.0.7',
        new($@"(?i)\b(?:host|hostname|server|address|addr|endpoint)[""']?(?:=|: ?)[""'`]?{Host}[""'`]?(?:(?:,|;)? ?(?:[""']?port[""']?(?:=|: ?)|:){Port})?", Options),
        // redis-master/10.96.3.4:6379 | redis/<unresolved>:6379
        new($@"\b{Host}/(?:[0-9.]+|<unresolved>):{Port}\b", Options),
        // server on 'db' (111) | server on 'db:3306'
        new($@"\b(?:on|to|at|from|resolve|host) [""'`]{Host}(?::{Port})?[""'`]", Options),
        new($@"\b{Host}:{Port}\b", Options),
        // connecting to host db | connect to db failed
        new($@"\b(?:connect|connecting|reach|connection) (?:to )?(?:(?:the )?(?:host|server|broker|database server) ){Host}\b", Options),
    ];

    private static readonly Regex Attempt = new(@"(?i)\b(?:connect\w*|dial\w*|reach\w*|wait\w* for|probing|contacting|using|pinging)\b", Options);
    private static readonly Regex Variable = new(@"^  env (?<name>[A-Za-z0-9_]+)=""(?<value>[^""]+)""$", Options | RegexOptions.Multiline);

    // main.go:25 and App.java:88 are places in code; what is offered to read on is no dependency.
    private static readonly Regex NoHost = new(
        @"(?i)\.(?:go|java|js|mjs|cjs|ts|tsx|py|rb|php|rs|cs|kt|scala|c|cc|cpp|h|ex|exs|erl|pl|sh|jar|lua|swift|clj|vue|sql|yaml|yml|json|log)$|^(?:docs?|errors|help|www|github|go|aka|nodejs|npmjs|bugs|pydantic|spring|kubernetes|stackoverflow)\.[a-z.]+$|^(?:line|column|port|pid|time|main|node|null|none|undefined|unknown|localtime|error|errno|code|status|the|a|an|host|server|database|is|was|and|not|tcp|udp|http|https|could|failed|connection|information|getaddrinfo|hostname|resolve|lookup|service|name|dns|query|request|url|Caused|Exception|Some|None|goroutine|version|address|class|id|thread|after|to|at|on|in)$|^[0-9]{1,2}$|^[0-9]{4}-|^0x[0-9a-f]+$|^(?:thrd|ipv4|ipv6|bootstrap)$", Options);

    private static readonly Regex OnlyDigits = new(@"^[0-9.:]+$", Options);

    /// <summary>The facts with <c>host</c>, <c>port</c> where known, and <c>address</c>: both; the same facts where none is found.</summary>
    public static IReadOnlyDictionary<string, string> Add(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        if (facts.ContainsKey("host"))
        {
            return With(facts, facts["host"], facts.GetValueOrDefault("port"));
        }

        var line = facts.GetValueOrDefault(FailureSignature.LineFact, "");
        var (host, port) = Find(line);
        if (host is null || OnlyDigits.IsMatch(host))
        {
            // A name says more than a number does.
            var (named, at) = Find(WithoutFrames(facts.GetValueOrDefault(FailureSignature.StatementFact, "")));
            (named, at) = named is null && host is null ? FindBefore(facts.GetValueOrDefault(FailureSignature.ContextFact, "")) : (named, at);
            (named, at) = named is null && host is null ? FindInSettings(incident, line) : (named, at);
            if (named is not null && (host is null || (!OnlyDigits.IsMatch(named) && (at is null || port is null || at == port))))
            {
                (host, port) = (named, at ?? port);
            }
        }

        return host is null ? facts : With(facts, host, port);
    }

    /// <summary>A word that stands where a host might, and is none.</summary>
    public static bool IsNoHost(string word) => NoHost.IsMatch(word);

    /// <summary>The first host that has a name, else the first that has a number; with its port if that stands anywhere.</summary>
    public static (string? Host, string? Port) Find(string text)
    {
        var found = new List<(string Host, string? Port)>();
        foreach (var pattern in Patterns)
        {
            foreach (var match in pattern.Matches(text).Take(MostFound))
            {
                var host = match.Groups["host"].Value;
                if (!NoHost.IsMatch(host) && (!OnlyDigits.IsMatch(host) || host.Count(c => c == '.') == 3))
                {
                    found.Add((host, match.Groups["port"] is { Success: true } port ? port.Value : null));
                }
            }
        }

        if (found.Count == 0)
        {
            return default;
        }

        var first = found.Find(one => !OnlyDigits.IsMatch(one.Host)) is { Host: not null } named ? named : found[0];
        return (first.Host, first.Port ?? found.Find(one => one.Host == first.Host && one.Port is not null).Port);
    }

    private static string WithoutFrames(string statement) => string.Join('\n', statement.Split('\n').Where(line => !LineWords.Frame.IsMatch(line)));

    private static (string? Host, string? Port) FindBefore(string context)
    {
        foreach (var line in context.Split('\n').Reverse())
        {
            if (Attempt.IsMatch(line) && Find(line) is { Host: not null } found)
            {
                return found;
            }
        }

        return default;
    }

    // The error names none. If one setting alone is of the kind of dependency that it speaks of, it is that one.
    private static (string? Host, string? Port) FindInSettings(DiagnosisCase incident, string line)
    {
        var kinds = DependencyKinds.In(line);
        if (kinds.Count == 0)
        {
            return default;
        }

        var found = incident.Evidence.Where(e => e.Kind == EvidenceKind.PodSpec)
            .SelectMany(e => Variable.Matches(e.Text))
            .Where(setting => DependencyKinds.In(setting.Groups["name"].Value.Replace('_', ' ') + " " + setting.Groups["value"].Value).Overlaps(kinds))
            .Select(setting => setting.Groups["name"].Value.EndsWith("HOST", StringComparison.OrdinalIgnoreCase) ? (setting.Groups["value"].Value, null) : Find(setting.Groups["value"].Value))
            .Where(address => address.Item1 is not null)
            .Distinct()
            .ToList();
        return found.Count == 1 ? found[0] : default;
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> facts, string host, string? port)
    {
        var all = new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["host"] = host, ["address"] = port is null ? host : $"{host}:{port}" };
        if (port is not null)
        {
            all["port"] = port;
        }

        return all;
    }
}

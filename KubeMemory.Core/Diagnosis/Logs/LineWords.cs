using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Logs;

/// <summary>By which words a line of a log shows what it is, whatever wrote it. What they read is hostile, so none goes back.</summary>
internal static class LineWords
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>The first level that a line names, in one of the groups fatal, error, warning, information.</summary>
    // 2026-01-02 ERROR … | [error] … | level=error | E0102 10:00:00.0 1 main.go:5] | fail: Host[11] | Exception in thread "main" | panic: …
    public static readonly Regex Level = new(
        """
        (?<fatal>\b(?:FATAL|PANIC|EMERG|EMERGENCY|ALERT|CRIT|CRITICAL|SEVERE|Fatal)\b|\blevel="?(?:fatal|panic|dpanic|critical|crit)\b|\[(?:fatal|critical|emerg|alert|crit)\]|^(?:fatal|panic|crit)(?: error)?: |^[Uu]n(?:caught|handled) |^Exception in thread|\bpanicked at\b|^F[0-9]{4} |^\*\* \(|^terminate called|\bkernel panic\b|^[0-9][0-9:.,/TZ+ -]{4,40}[|\[(]? ?(?:fatal|critical|crit|panic)\b)|(?<error>\b(?:ERROR|ERR|ERRO|FAIL)\b|\blevel="?err(?:or)?\b|\[err(?:or)?\]|^(?:fail|error|Error|err): |^E[0-9]{4} |^Traceback \(most|[│|] (?:error|ERROR) |^[0-9][0-9:.,/TZ+ -]{4,40}[|\[(]? ?(?:error|err)\b)|(?<warning>\b(?:WARN|WARNING|Warning)\b|\blevel="?warn(?:ing)?\b|\[warn(?:ing)?\]|^(?:warn|warning): |^W[0-9]{4} |^[0-9][0-9:.,/TZ+ -]{4,40}[|\[(]? ?(?:warning|warn)\b)|(?<information>\b(?:INFO|INFORMATION|NOTICE|DEBUG|TRACE|VERBOSE|LOG)\b|\blevel="?(?:info|debug|trace|notice)\b|\[(?:info|debug|trace|notice)\]|^(?:info|dbug|trce|debug): |^[ID][0-9]{4} |^[0-9][0-9:.,/TZ+ -]{4,40}[|\[(]? ?(?:information|info|debug|trace|notice)\b)
        """,
        Options);

    /// <summary>Tells of a failure in prose.</summary>
    public static readonly Regex Failure = new(
        @"(?i)\b(?:errors?|[a-z0-9_.]*exception|[a-z0-9_]+error|fail(?:s|ed|ure|ing)?|cannot|can'?t|could ?n[o']t|could not|unable|refus(?:ed|es|ing)|denied|time[ds]? ?out|timeout|not (?:found|set|defined|exist|permitted|allowed|supported|available|recogni[sz]ed|valid|reachable|resolve)|no (?:such|route|space|module)|invalid|missing|required|unreachable|unavailable|unknown|unresolved|unauthori[sz]ed|forbidden|panic(?:ked)?|fatal|abort(?:ed|ing)?|bad (?:address|option|host)|killed|traceback|undefined|undeclared|unhandled|uncaught|unexpected|violat(?:ed|ion)|giving up|gave up|crash(?:ed)?|corrupt(?:ed)?|mismatch|expired|exceed(?:ed|s)|exhausted|illegal|segmentation|does not|doesn'?t|must (?:be|set|have)|bailing|segfault|econnrefused|enotfound|eaddrinuse|eacces|enospc|nxdomain|unsupported|incompatible|malformed|too many|already in use|out of memory|enoent|emfile|unset|unrecogni[sz]ed|unbound|reserved for|bad file)\b",
        Options);

    /// <summary>It is tried again, so it is not the end.</summary>
    public static readonly Regex Retry = new(
        @"(?i)\b(?:retry(?:ing)?|retries left|will (?:retry|try again|be retried)|re-?connect(?:ing)?|try(?:ing)? again|next attempt|attempt \#?[0-9]+(?: ?(?:/|of) ?[0-9]+)?|back(?:ing)?[ -]?off|sleeping|waiting (?:for|[0-9])|still waiting|(?:ignor|skipp|continu)(?:e|ed|ing)|fall(?:ing)? ?back|using default)\b",
        Options);

    /// <summary>The tries have come to an end.</summary>
    public static readonly Regex GaveUp = new(
        @"(?i)\b(?:giv(?:e|ing|en) up|gave up|exhausted|exceeded|after [0-9]+ (?:re)?(?:tries|attempts|seconds)|max(?:imum)?(?: number of)? (?:re)?(?:tries|attempts)|(?:no|0) (?:more )?(?:re)?(?:tries|attempts)(?: left)?|last attempt|(?:re)?tries failed|attempts failed|exit(?:ing|ed)?|abort(?:ed|ing)?)\b",
        Options);

    /// <summary>It was not needed, or something else was taken instead: what fails there ends nothing.</summary>
    public static readonly Regex WentOn = new(
        @"(?i)\b(?:optional(?:ly)?|best[- ]effort|non-?(?:fatal|critical|blocking|essential)|not (?:fatal|critical|essential|needed|required)|(?:was |is |being )?(?:skipped|skipping|ignored|ignoring|tolerated)|harmless|(?:continu|proceed|carry|carri|go|start|runn)(?:es|e|ied|y|ing|ed)? (?:on )?(?:without|anyway|regardless|nevertheless)|fall(?:ing|s)? ?back|fell back|fallback|(?:using|taking|serving|reading|loading|loaded|taken|uses?) (?:it |them )?(?:from )?(?:the |a |an |our |its )?(?:built-?in|cached?|defaults?|local|stale|last|in-memory|bundled|embedded|previous|secondary|standby|backup|copy)|degraded|(?:feature|plugin|exporter|tracing|telemetry|metrics|reporting|uploads?|sync) (?:is |are |was |were |will be )?(?:disabled|off|turned off))\b",
        Options);

    /// <summary>Another one is tried; what comes of that stands in the lines after it.</summary>
    public static readonly Regex TriesAnother = new(
        @"(?i)\b(?:try(?:ing)?|switch(?:ing|ed)? to|fail(?:ing|ed)? over to|mov(?:ing|ed) (?:on )?to|asking) (?:the )?(?:next|another|other|second(?:ary)?|agent|node|peer|server|replica|mirror|endpoint|host|standby)\b",
        Options);

    /// <summary>Said for whoever looks for a fault of the program, in whatever form the log has.</summary>
    public static readonly Regex Debug = new(
        @"(?i)^.{0,80}(?:\b(?:DEBUG|TRACE|VERBOSE)\b|\[(?:debug|trace|verbose)\]|\b(?:level|lvl|severity)""?\s?[=:]\s?""?(?:debug|trace|verbose|dbg)\b|\b(?:dbug|trce): |\b(?:DBG|VRB)\b)",
        Options);

    /// <summary>A line of a test report: its words are a test's name.</summary>
    public static readonly Regex TestName = new(
        @"^\s*(?:[✓✔√✕✗✘×●○◯]|(?:not )?ok [0-9]+\b|-{3} (?:PASS|FAIL|SKIP)|={3} (?:RUN|PASS|FAIL)|\[ +(?:OK|PASSED|FAILED|RUN) +\]|(?:PASS|PASSED|SKIPPED|XFAIL)\b|\S+::\S+ (?:PASSED|FAILED|SKIPPED)|test \S+ \.\.\. (?:ok|FAILED|ignored))",
        Options);

    /// <summary>What somebody said or wrote is told, not what happened.</summary>
    public static readonly Regex Spoken = new(@"(?i)\b(?:says?|said|wrote|writes|typed|titled|entitled|reads|commented|posted|named|called)[ :]+[""'“«][^""”»]{3,}", Options);

    /// <summary>As a tool begins what it complains of: <c>nc: bad address 'db'</c>.</summary>
    public static readonly Regex ProgramName = new(@"^[\w./-]{1,60}(?:\[[0-9]+\])?: ", Options);

    /// <summary>Of stack traces: where it happened.</summary>
    public static readonly Regex Frame = new(
        """^\s+at |^at (?:[\w.$<>/]+\(|async |Object\.|Module\.)|^\s*File "|^\s+from \S+:[0-9]+:in |^\s*#[0-9]+ |^goroutine [0-9]+|^\s+/\S+\.go:[0-9]+|^[\w./*()\[\]{}$·~-]+\((?:0x[0-9a-f]+|\.\.\.|\{0x)|^[a-z][\w./-]*\.[\w.()*]+\(\)$|^created by |^\s+[0-9]{1,4}: [\w<]|^\s+\.\.\. [0-9]+ |^\s*\.\.\. [0-9]+ (?:more|common)|^\s+\((?:[a-z_]+ [0-9]|stdlib|elixir|kernel)|^\s+\^+~*\s*$|^\s+[~^]{2,}|^Stack trace:|^stack backtrace:|^note: |^--- End of (?:inner exception )?stack|^\s*--- End of|^\s+thrown in """,
        Options);

    /// <summary>Goes on with what the line before began.</summary>
    public static readonly Regex Continuation = new(
        """^\s|^Caused by|^Suppressed:|^\.\.\. |^at |^--- |^ ?---> |^[})\]],?;?$|^goroutine |^During handling of|^The above exception|^Stack trace|^#[0-9]+ |^note: |^stack backtrace|^created by |^\[signal SIG|^\[Previous line|^[)}\]]|^(?:Description|Action|Reason):$|^(?:SQL State|Error Code|Message|Location|Line|Statement|Position|Where|Query|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LINE [0-9]+|Detail|Hint) *:|^-{5,}$|^APPLICATION FAILED TO START|^\*{10,}$""",
        Options);

    /// <summary>Said while a process goes down, whatever for.</summary>
    public static readonly Regex Ending = new(
        @"(?i)^exit status|^Node\.js v|^npm (?:ERR!|error) (?:code|errno|path|command|syscall|workspace|location|lifecycle|A complete log|Exit status|Failed at|This is probably|Lifecycle|[0-9a-z@/._-]+@[0-9.]+ )|^npm (?:ERR!|error)\s*$|Command failed with exit code|^info Visit https|ELIFECYCLE|(?:process|program|application|command|service|container|script|server|worker|child|pid [0-9]+|\[[0-9]+\]).{0,40} (?:exited|terminated|finished|stopped)(?: with| code|\b)|\bexit(?:ing|ed)?(?: now| with)?(?: exit)? ?(?:code|status)\b|^\s*exiting\.*\s*$|^make: \*\*\*|^error: Recipe|\bbye\b|^\s*[-=*_#+~.]{3,}\s*$",
        Options);

    /// <summary>Tidying up: neither success nor the reason.</summary>
    public static readonly Regex Tidying = new(
        @"(?i)\b(?:stop(?:ping|ped)?|shut(?:ting)?[ -]?down|clos(?:e|ed|ing)|clean(?:ing|ed)?[ -]?up|exit(?:ing|ed)?|terminat(?:e|ed|ing)|disconnect(?:ed|ing)?|flush(?:ed|ing)?|drain(?:ed|ing)?|destroy(?:ed|ing)?|de-?regist(?:er|ered|ering)|unregist(?:er|ered|ering)|graceful(?:ly)?|releas(?:ed|ing)|sigterm|signal|cancel+(?:ed|ing|ling)?|rolling back|rolled back|finali[sz]\w+|stack ?trace|error report|conditions report|re-run your application)\b",
        Options);

    /// <summary>A dependency is there again, or the program is up.</summary>
    public static readonly Regex Success = new(
        @"(?i)\b(?:(?:re-?)?connected|connection (?:to .{1,60} )?(?:was )?(?:re-?)?(?:established|restored|successful|succeeded|ok|acquired|ready)|established|recovered|restored|succe(?:ss|ssful|ssfully|eded)|back online|is (?:now )?(?:up|ready|available|reachable|healthy)|now available|resolved to|(?:start|initiali[sz]ation) completed|obtained connection|added connection|logged in)\b",
        Options);

    /// <summary>The program as a whole has come up.</summary>
    public static readonly Regex Up = new(
        @"(?i)(?:\b(?:application|app|server|service|program|api|worker|web|httpd?|grpc)\b.{0,40}\b(?:started|running|listening|ready|is up)\b|\bnow listening on\b|\blistening (?:on|at)\b|\bstarted \w+ in [0-9.]+|startup complete|start-?up completed|boot(?:ed)? (?:complete|successfully)|ready (?:to (?:serve|accept|handle)|for (?:connections|requests|start up))|accepting connections|serving (?:on|at|requests|traffic))",
        Options);

    /// <summary>Says that it failed, and not why.</summary>
    public static readonly Regex Vague = new(
        @"(?i)(?<vague>fail(?:ed|ure|ing)? (?:to|on|during|while|in|at) (?:the )?(?:server |application |service |app )?(?:start|init|boot|launch|load|run|connect|reach|bootstrap|set ?up|prepar|open|establish|execut|creat|construct|configur|obtain|acquire|contact|communicat)\w*|start-?up (?:has )?(?:failed|error|aborted)|(?:cannot|can'?t|can not|could not|could ?n'?t|unable to|refusing to) (?:be )?(?:start|create|continue|proceed|connect|initiali[sz]e|run|boot|launch|reach|establish|establish a|open|serve|recover)\w*|giving up|gave up|exit(?:ing|ed)?\b|quit(?:ting)?\b|abort(?:ed|ing)?\b|shut(?:ting)? ?down|terminat(?:ed|ing)|bail(?:ing|ed)?\b|after [0-9]+ (?:re)?(?:tries|attempts|seconds)|retries|(?:run|start|boot|launch|initiali[sz]ation|init|setup|bootstrap|connection|healthcheck|health check|check|migration|preflight|command|task|job|worker|step|entrypoint|hook)s? (?:has |have )?(?:failed|error)|error (?:creating bean|starting|during (?:start|init)|while (?:starting|initiali)|initiali|connecting|in main|running|executing)\w*|dependenc(?:y|ies)|not (?:available|reachable|ready|healthy)\b|unavailable|unreachable|unhealthy|crashed|stopped|unhandled (?:exception|promise|error|rejection)|uncaught|fatal error|panic\b|must be (?:available|reachable)|timed out waiting|timeout waiting|did not become)(?<rest>.*)",
        Options);

    /// <summary>A fault of the program's own making: it explains itself.</summary>
    public static readonly Regex OwnFault = new(
        @"(?:NullPointer|NullReference|IndexOutOf|ArrayIndex|ClassCast|NumberFormat|IllegalState|IllegalArgument|Arithmetic|InvalidOperation|InvalidCast|ArgumentNull|ArgumentOutOfRange|Argument|Format|StackOverflow|NotImplemented|NotSupported|UnsupportedOperation|ConcurrentModification|DateTimeParse|Overflow|DivideByZero|KeyNotFound)(?:Exception|Error)\b|\b(?:Assertion|Type|Value|Attribute|Key|Index|ZeroDivision|Recursion|NotImplemented|NoMethod|Argument|Name|Reference|Range|Frozen|Lookup|Unicode\w*|Arithmetic|FloatingPoint|StopIteration|UnboundLocal|Match|FunctionClause|CaseClause|Undefined\w*)Error\b|index out of (?:range|bounds)|nil pointer|nil map|null pointer|divi(?:de|sion) by zero|runtime error|assertion [`'""]?\w|undefined method|stack overflow|deadlock!|out of range|concurrent map|Option::unwrap\(\)|bad_?match|function_clause|pure virtual|std::(?:out_of_range|logic_error|invalid_argument|length_error|bad_)",
        Options);

    /// <summary>Of an exception with a class of its own.</summary>
    public static readonly Regex Typed = new(
        @"\b[A-Za-z_][\w.$:]*(?:Exception|Error|Failure|Fault|Violation)\b(?:\s*\([^)]{0,40}\))?:? ?",
        Options);

    /// <summary>Which kind of dependency is spoken of.</summary>
    public static readonly Regex Dependency = new(
        @"(?i)(?<sql>database|postgres|mysql|mariadb|datasource|jdbc|sql|hikari|\bdb\b|\bpg\b|flyway|liquibase|hibernate|\borm\b)|(?<mongo>mongo)|(?<redis>redis|valkey|\bcache\b|lettuce)|(?<kafka>kafka|bootstrap.servers|zookeeper)|(?<rabbit>rabbit|amqp|bunny|\bpika\b|celery)|(?<nats>\bnats\b)|(?<search>elastic|opensearch|\bsolr\b)|(?<cassandra>cassandra|scylla)|(?<memcached>memcache)|(?<vault>vault)|(?<consul>consul)|(?<etcd>etcd)|(?<object>\bs3\b|minio|bucket|blob)|(?<mail>smtp|\bmail)|(?<ldap>ldap)|(?<queue>\bqueue\b|broker|\bsqs\b|pubsub)|(?<auth>keycloak|oidc|oauth|issuer|identity)|(?<telemetry>telemetry|otel|otlp|statsd|metrics|jaeger|zipkin|tracing|sentry|datadog|newrelic|apm\b)",
        Options);

    /// <summary>What Node.js and its loaders print before an error that nobody caught.</summary>
    public static readonly Regex NodeHead = new(@"^node:internal/|^(?:/|file://)\S+:[0-9]+$|^\s+throw |^\s*\^\s*$|triggerUncaughtException", Options);

    /// <summary>Headings of Spring Boot's report of why it did not start.</summary>
    public static readonly Regex Section = new(@"^(?:Description|Action|Reason|APPLICATION FAILED TO START|\*{10,}):?$", Options);
}

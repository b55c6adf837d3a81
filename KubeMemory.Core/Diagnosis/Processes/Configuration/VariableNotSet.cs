using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Processes.Configuration;

internal static class VariableNotSet
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "environment-variable-not-set",
        Title = "An environment variable that the process needs is not set",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"(?i:\b(?:environment variable|env(?:ironment)? ?var(?:iable)?|variable|env))[:\s]+[""'`$\[{{(]*{Parts.Variable}[""'`\]}})]* ?:? ?(?i:(?:is |was |has |are )?(?:not |un)(?:been )?(?:set|defined|found|present|specified|provided|configured|available)|is (?:required|missing|empty|mandatory|undefined|blank)|must |does not exist|missing|required|cannot be|can't be|undefined)"),
            Clue.Log($@"[""'`$({{]*{Parts.Variable}[""'`)}}]* (?i:environment variable|env(?:ironment)? ?var(?:iable)?|env)\b.{{0,30}}(?i:not |un(?:set|defined)|missing|required|must|empty|mandatory)"),
            Clue.Log($@"[""'`$({{\[]*{Parts.LongVariable}[""'`)}}\]]*:? (?i:(?:is |was |has |are )?(?:not |un)(?:been )?(?:set|defined|found|present|specified|provided|configured)|is (?:required|missing|empty|mandatory|undefined|blank|not available)|must be (?:set|defined|provided|specified|given|configured|present)|must not be (?:empty|blank|null)|cannot be (?:empty|blank|null)|required|missing|undefined|unset)\b"),
            Clue.Log($@"(?i:\b(?:missing|required|undefined|unset|no|need|needs|set|specify|define|provide|absent|mandatory|without|lacks?|expected)(?: the| a| required| mandatory| following| value for| value of| these| in| an?)* (?:environment variables?|env(?:ironment)? ?vars?(?:iables?)?|env|config(?:uration)?(?: (?:variable|key|value|setting|option)s?)?|variables?|settings?|keys?))(?i: not (?:set|found)| missing| found)?[:\s=(]+[""'`\[$({{-]*{Parts.Variable}\b"),
            Clue.Log($@"(?i:\b(?:missing|required|unset|must (?:set|specify|define|provide)|please (?:set|specify|define|provide))(?: the| required| mandatory| value for| value of)*)[: ]+[""'`\[$({{]*{Parts.LongVariable}\b"),
            Clue.Log($@"(?i:key not found|no such (?:env|key|variable)|environment variable not found|undefined (?:env|environment) (?:variable)?)[: ]+""?{Parts.Variable}\b"),
            Clue.Log($@"\bKeyError: [""']?(?<keyed>{Parts.Variable})[""']?$"),
            Clue.Log($@"\b{Parts.Variable} not found\. Declare it as envvar|Set the {Parts.Variable} environment variable|The {Parts.Variable} setting must not be empty|required key {Parts.Variable} missing value|required environment variable ""?{Parts.Variable}"),
            Clue.Log($@"\b{Parts.Variable}: (?:unbound variable|parameter (?:null or )?not set|(?i:(?:environment )?variable (?:is )?not set))|\b{Parts.Variable}: \w.{{0,60}}(?i:must be set|is required|not set)"),
            Clue.Log($@"(?i)missing (?:required )?(?:environment variables?|env(?:ironment)? vars?|configuration|settings?)[^\n]*\n\s*[-*•]?\s*(?-i:{Parts.Variable})\b"),
            Clue.Log($@"(?i:specify (?:one|all|any) of the following)[^\n]*\n\s*[-*•]?\s*{Parts.LongVariable}\b"),
            Clue.Log($@"""path"": ?\[\n?\s*""{Parts.Variable}"""),
            Clue.Log(@"^(?<field>[A-Za-z_][A-Za-z0-9_.]*)\n\s+(?i:field required)"),
            Clue.Log($@"(?i:invalid_type|expected string, received undefined|received undefined|Required)\b.{{0,80}}""(?:path)"":\[""{Parts.Variable}""\]"),
        ],
        Specificity = 67,
        Verdict = Verdict.Confirmed,
        Cause = "The environment variable {variable} is not set, and the process does not start without it.",
        Thing = "variable",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            new("See which config maps and secrets there are.", "kubectl get configmaps,secrets -n {namespace}"),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Refer to keys of config maps and secrets without optional: true, so that a missing one is told before the process starts.",
        ],
        Documentation = ProcessSteps.EnvironmentVariables,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash(
                """
                Traceback (most recent call last):
                  File "/srv/app.py", line 4, in <module>
                    DSN = os.environ["ORDERS_DSN"]
                  File "<frozen os>", line 679, in __getitem__
                KeyError: 'ORDERS_DSN'
                """, "ORDERS_DSN"),
            ProcessCase.Crash("2026/03/04 05:06:18 FATAL: environment variable PAYMENT_URL is not set", "PAYMENT_URL"),
            ProcessCase.Crash(
                """
                Error: Missing required environment variables:
                    STRIPE_WEBHOOK: (undefined)
                    at validate (/app/env.js:12:9)
                """, "STRIPE_WEBHOOK"),
            ProcessCase.Crash(
                """
                pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
                QUEUE_NAME
                  Field required [type=missing, input_value={}, input_type=dict]
                    For further information visit https://errors.pydantic.dev/2.6/v/missing
                """, "QUEUE_NAME"),
            ProcessCase.Crash("/entrypoint.sh: line 7: CLUSTER_ID: unbound variable", "CLUSTER_ID"),
            ProcessCase.Crash("** (RuntimeError) environment variable SECRET_KEY_BASE is missing.", "SECRET_KEY_BASE"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                Traceback (most recent call last):
                  File "/srv/app.py", line 40, in price
                    return TARIFFS[code]
                KeyError: 'EUR'
                """),
            ProcessCase.Crash(
                """
                WARN SENTRY_DSN is not set, error reports are off
                INFO started
                ERROR cannot parse line 4 of the feed: no separator
                """),
        ],
    };

    private static readonly Regex OfEnvironment = new(@"os\.environ|<frozen os>|/os\.py""|getenv|ENV\.fetch|ENV\[", RegexOptions.NonBacktracking);
    private static readonly Regex OfSettings = new(@"(?i)settings|config|environ|\benv\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    private static readonly Regex Word = new("^(?:ERROR|FATAL|WARN|WARNING|INFO|DEBUG|NULL|HTTP|HTTPS|JSON|YAML|TLS|SSL|SQL|POST|GET|PUT|TCP|UDP|DNS|AUTH|TRACE|CRITICAL|PANIC|NOAUTH|TRUE|FALSE|NONE|UUID|URL|URI|API|CSV|XML|THE|NOT|AND)$", RegexOptions.NonBacktracking);

    // A dictionary's missing key is a variable only where the environment was asked; a model's missing field only where it holds settings.
    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var statement = facts.GetValueOrDefault(FailureSignature.StatementFact, "");
        var before = facts.GetValueOrDefault(FailureSignature.ContextFact, "");
        if (facts.TryGetValue("field", out var field))
        {
            return OfSettings.IsMatch(before + statement)
                ? new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["variable"] = field }
                : null;
        }

        return (facts.ContainsKey("keyed") && !OfEnvironment.IsMatch(statement)) || Word.IsMatch(facts.GetValueOrDefault("variable", "")) ? null : facts;
    }
}

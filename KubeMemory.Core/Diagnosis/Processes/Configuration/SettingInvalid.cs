using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Processes.Configuration;

internal static class SettingInvalid
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "setting-invalid",
        Title = "A setting has a value that the process does not take",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"(?i)(?:invalid|illegal|bad|unsupported|unknown|unexpected|wrong) (?:value|configuration|setting|config|format)(?: value)?(?: [^ ]{{1,60}})? (?:for|of|in) (?:the )?(?:key|option|property|field|flag|setting|parameter|argument|environment variable|variable|config(?:uration)?(?: (?:key|option))?)? ?[""'`\[]?(?-i:{Parts.Setting})"),
            Clue.Log($@"Failed to bind properties under '{Parts.Setting}'"),
            Clue.Log(@"invalid argument ""[^""]*"" for ""(?:-\w, )?(?<setting>--[\w-]+)"" flag|argument (?<setting>-[\w-]+(?:/--[\w-]+)?): invalid|invalid value '[^']*' for '(?<setting>--[\w-]+)"),
            Clue.Log(@"(?:envconfig\.Process|assigning) (?<setting>[A-Z][A-Z0-9_]+) to|env: parse error on field ""?(?<setting>\w+)""?"),
            Clue.Log(@"(?:OptionsValidationException|ImproperlyConfigured|ConfigException|InvalidConfiguration\w*|ConfigurationError|ConfigError|BadConfig\w*|ValidationError for (?:Settings|Config))\b.{0,20}?[: ]+.*?(?:['""`\[](?<setting>[A-Za-z][\w.:-]*[\w])['""`\]])"),
            Clue.Log(@"\b(?<setting>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[""'`]? (?i:must be (?:a |an |one of|at least|between|greater|less|positive|numeric|integer|in )|is not (?:a |an )?(?:valid|number|integer|url|boolean)|is invalid|has (?:an )?invalid|should be (?:a|an|one of))"),
        ],
        Specificity = 58,
        Verdict = Verdict.Confirmed,
        Cause = "The setting {setting} has a value that the process does not take.",
        Thing = "setting",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Check settings in the build with the program's own check, where it has one.",
        ],
        Documentation = ProcessSteps.ConfigMaps,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("fatal: invalid value for option \"retention\": time: unknown unit \"days\" in duration \"7days\"", "retention"),
            ProcessCase.Crash("Error: invalid argument \"abc\" for \"--workers\" flag: strconv.ParseInt: parsing \"abc\": invalid syntax", "--workers"),
            ProcessCase.Crash("ERROR: CACHE_TTL must be a positive integer, got \"soon\"", "CACHE_TTL"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR invalid value 12 of order 7"),
        ],
    };

    private static readonly Regex Word = new("(?i)^(?:the|a|an|order|user|request|row|line|input|column|item|type|is|of|in|for|message)$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        Word.IsMatch(facts.GetValueOrDefault("setting", "")) ? null : facts;
}

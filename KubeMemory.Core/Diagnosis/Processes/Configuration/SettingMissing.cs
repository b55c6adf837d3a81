namespace KubeMemory.Core.Diagnosis.Processes.Configuration;

internal static class SettingMissing
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "setting-missing",
        Title = "A setting that the process needs is missing",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"Could not resolve placeholder (?:'{Parts.Setting}'|""{Parts.Setting}""|\$\{{{Parts.Setting}\}})"),
            Clue.Log($@"(?i:(?:no |the )?connection string (?:named )?)['""`]{Parts.Setting}['""`] (?i:(?:was |is |could )?(?:not (?:be )?(?:found|set|configured|defined)|missing))"),
            Clue.Log($@"(?:The config property|Required property|Missing property|Missing required property|Required config(?:uration)?(?: property| key| value)?|Missing (?:required )?config(?:uration)?(?: property| key| value| setting| section)?|Configuration (?:key|value|section|property|setting))[: ]+[""'`\[]?{Parts.Setting}[""'`\]]? ?(?:is required|not found|missing|is missing|could not be found|not set|is not set|must be|was not|$)"),
            Clue.Log($@"(?i)(?:missing|required)(?: required)? (?:config(?:uration)? )?(?:settings?|propert(?:y|ies)|options?|parameters?|flags?|arguments?|config(?:uration)? (?:keys?|values?|entry|section)|keys?)(?: in config\w*)?[: =(]+[""'`\[]?(?-i:{Parts.Setting})"),
            Clue.Log(@"required flag\(s\) ""(?<setting>[^""]+)""|the following arguments are required: (?<setting>[\w-]+)|(?i)the following required arguments were not provided:?\n?\s*<?(?<setting>[\w-]+)"),
            Clue.Log(@"(?i)[""'`\[]?(?<setting>[a-z][\w-]*[.:][\w.:-]*\w)[""'`\]]? (?:(?:property|setting|option|key) )?(?:is required|is missing|must be (?:set|configured|specified|provided)|is not (?:set|configured|specified|defined)|cannot be empty|must not be (?:empty|blank|null))"),
            Clue.Log(@"Failed to configure a DataSource: '(?<setting>url)' attribute is not specified|The (?<setting>ConnectionString) property has not been initialized|Value cannot be null\. \(Parameter '(?<setting>connectionString)'\)|A named connection string was used, but the name '(?<setting>[^']+)' was not found|missing field `(?<setting>\w+)`"),
        ],
        Specificity = 61,
        Verdict = Verdict.Confirmed,
        Cause = "The setting {setting} is missing, and the process does not start without it.",
        Thing = "setting",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            new("See which config maps there are.", "kubectl get configmaps -n {namespace}"),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Check settings in the build with the program's own check, where it has one.",
        ],
        Documentation = ProcessSteps.ConfigMaps,
        Samples =
        [
            ProcessCase.Crash("Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'shop.tax.rate' in value \"${shop.tax.rate}\"", "shop.tax.rate"),
            ProcessCase.Crash("Error: required flag(s) \"listen-address\" not set", "listen-address"),
            ProcessCase.Crash(
                """
                usage: worker.py [-h] --queue QUEUE
                worker.py: error: the following arguments are required: --queue
                """, "--queue"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR order 12: the option gift wrap is not in stock"),
            ProcessCase.Crash(
                """
                WARN mail.from is not set, using default
                ERROR lost sequence at 88
                """),
        ],
    };
}

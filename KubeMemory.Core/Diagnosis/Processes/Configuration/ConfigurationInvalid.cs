using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Processes.Configuration;

internal static class ConfigurationInvalid
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "configuration-invalid",
        Title = "The configuration cannot be read as it is written",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)\b(?:error|failed|unable|cannot|can't|could not|couldn't)\b.{0,30}\b(?:pars|load|read|decod|unmarshal|process|open)\w*\b.{0,40}?(?:config\w*|settings|manifest|\.ya?ml|\.json|\.toml|\.ini|\.conf|\.properties|\.hcl)\b"),
            Clue.Log(@"\[emerg\] .{1,200} in (?<file>/\S+?):(?<row>[0-9]+)"),
            Clue.Log(@"(?i)error initiali[sz]ing config\w* '(?<file>/[^']+)'|unable to parse (?:JSON|YAML) as proto"),
            Clue.Log(@"(?i)(?:yaml: (?:line [0-9]+|unmarshal errors|did not find|mapping|found)|(?:error|did not find) .{0,40}while parsing a (?:block|flow)|yaml\.(?:scanner|parser)\.|ScannerError|YAMLException|mapping values are not allowed|toml: |TomlDecodeError|TOML parse error|error parsing config|MalformedInputException.{0,60}properties|invalid config(?:uration)?(?: file)?\b|bad config(?:uration)?\b|config(?:uration)?(?: file)? (?:is |has )?(?:invalid|error|malformed|broken|could not be parsed|syntax)|syntax error in config|\[ALERT\] .{0,80}parsing \[(?<file>[^:\]]+)|configuration error|Error on config)"),
            Clue.Log(@"(?i)(?:JSONDecodeError|in JSON at position|is not valid JSON|invalid character .{1,20} looking for beginning|unexpected end of JSON|JsonReaderException|JsonParseException|HOCON|Expecting property name enclosed|while parsing a |\bin ""(?<file>/[^""]+)"", line [0-9]+)"),
        ],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The configuration[ {file}] cannot be read as it is written: its form is wrong.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See the config maps that the pod mounts.", "kubectl get configmaps -n {namespace} -o yaml"),
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Parse configuration in the build, with the version of the program that will read it.",
        ],
        Documentation = ProcessSteps.ConfigMaps,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("nginx: [emerg] unknown directive \"proxy_pas\" in /etc/nginx/conf.d/shop.conf:12", "/etc/nginx/conf.d/shop.conf"),
            ProcessCase.Crash(
                """
                ts=2026-03-04T05:06:18Z caller=main.go:481 level=error msg="Error loading config (--config.file=/etc/shop/rules.yml)" file=/etc/shop/rules.yml err="parsing YAML file /etc/shop/rules.yml: yaml: unmarshal errors:\n  line 12: field evry not found in type config.Rule"
                """, "/etc/shop/rules.yml"),
            ProcessCase.Crash("level=error msg=\"Error loading config\" file=/etc/relay/relay.yaml err=\"yaml: line 14: did not find expected key\"", "/etc/relay/relay.yaml"),
            ProcessCase.Crash(
                """
                yaml.scanner.ScannerError: mapping values are not allowed here
                  in "/app/config/rules.yaml", line 9, column 14
                """, "/app/config/rules.yaml"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR feed 12: unexpected end of JSON input"),
            ProcessCase.Crash("ERROR cannot process refund 7"),
        ],
    };

    private static readonly Regex File = new(
        @"(?i)(?<file>/[\w@+./-]*\.(?:ya?ml|json|toml|ini|conf|cfg|properties|hcl|xml|env)|/(?:etc|config|conf|app|opt|srv|usr|var|home|data|mnt|run|secrets)/[\w@+./-]*[\w@+-]|\b[\w.-]+\.(?:ya?ml|json|toml|ini|conf|cfg|properties|hcl))\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static readonly Regex Settings = new(@"(?i)config|settings|\.ya?ml|\.toml|\.ini\b|\.conf\b|\.properties|\[emerg\]", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    private static readonly Regex NotFound = new("(?i)no such file|not found|ENOENT|permission denied|EACCES|read-only|connection refused|no such host", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    // What an application parses all day is no configuration: it must say so, and the file must have been there.
    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var line = facts.GetValueOrDefault(FailureSignature.LineFact, "");
        var statement = facts.GetValueOrDefault(FailureSignature.StatementFact, "");
        // yaml: unmarshal errors: line 12: field scrape_intervall not found in type config.ScrapeConfig
        if (!Settings.IsMatch(statement) || NotFound.IsMatch(statement.Replace(" not found in type ", " ", StringComparison.Ordinal)))
        {
            return null;
        }

        var file = facts.ContainsKey("file") ? null : File.Match(line) is { Success: true } here ? here : File.Match(statement);
        return file is not { Success: true } ? facts : new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["file"] = file.Groups["file"].Value };
    }
}

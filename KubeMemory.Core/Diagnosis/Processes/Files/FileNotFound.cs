namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class FileNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "file-not-found",
        Title = "A file that the process needs is not there",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"ENOENT: no such file or directory, (?:\w+ )'{Parts.File}'"),
            Clue.Log($@"\[Errno 2\] No such file or directory: ['""]{Parts.File}['""]|can't open file '{Parts.File}': \[Errno 2\]"),
            Clue.Log($@"\b(?:open|stat|lstat|read|mkdir|chdir|readlink|fopen|opening|fork/exec) [""'`]?{Parts.File}[""'`]?: (?i:no such file or directory)"),
            Clue.Log($@"FileNotFoundException: {Parts.File}(?: \(No such file or directory\)|$)|NoSuchFileException: {Parts.File}|class path resource \[{Parts.File}\] cannot be opened|Could not find (?:file|a part of the path) '{Parts.File}'"),
            Clue.Log($@"(?i:(?:cannot|can't|could ?n[o']t|unable to|failed to|error) (?:open|load|read|find|access|stat|locate|opening|loading|reading|parse)\w*(?: \w+){{0,3}}:? [""'`\[]?){Parts.AbsoluteFile}[""'`\]]?.{{0,80}}(?i:no such file|not found|does not exist|ENOENT|cannot find)"),
            Clue.Log($@"(?i:(?:cannot|can't|could ?n[o']t|unable to|failed to|error) (?:open|load|read|find|access|stat|locate|opening|loading|reading)\w*(?: \w+){{0,3}}?:? [""'`\[]?){Parts.File}[""'`\]]?.{{0,80}}(?i:no such file|not found|does not exist|ENOENT|cannot find)"),
            Clue.Log($@"(?i:(?:config(?:uration)?|settings|key|cert(?:ificate)?|data|model|properties|template|input)? ?file |path )[""'`\[(]?{Parts.File}[""'`\])]? (?i:(?:does not|doesn't) exist|not found|is missing|was not found|could not be found|cannot be found)"),
            Clue.Log($@"@ rb_sysopen - {Parts.File}|Config File ""(?<file>[^""]+)"" Not Found|(?:require|include)(?:_once)?\({Parts.File}\): [Ff]ailed to open stream: No such file"),
            Clue.Log($@"(?:^|[\s:]){Parts.AbsoluteFile}: (?i:no such file or directory)"),
            Clue.Log($@"Unable to access jarfile {Parts.File}|The application '(?<file>[^']+)' does not exist|Could not open input file: {Parts.File}|stat {Parts.File}: no such file"),
        ],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The file {file} is not there, and the process needs it. It is not in the image, or what should mount it does not.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See which volumes the pod mounts, and where.", "kubectl describe pod {pod} -n {namespace}"),
            new("See which config maps and secrets there are.", "kubectl get configmaps,secrets -n {namespace}"),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Mount a single file with subPath or its own folder: a mount over a folder hides what the image has there.",
        ],
        Documentation = ProcessSteps.ConfigMaps,
        Samples =
        [
            ProcessCase.Crash("panic: open /etc/shop/tariffs.csv: no such file or directory", "/etc/shop/tariffs.csv"),
            ProcessCase.Crash("Error: ENOENT: no such file or directory, open '/app/config/production.json' ", "/app/config/production.json"),
            ProcessCase.Crash("FileNotFoundError: [Errno 2] No such file or directory: '/models/rank.onnx' ", "/models/rank.onnx"),
            ProcessCase.Crash("Caused by: java.io.FileNotFoundException: /keys/signing.p12 (No such file or directory)", "/keys/signing.p12"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN open /etc/shop/override.yaml: no such file or directory, using default
                INFO started
                ERROR order 9 was paid twice
                """),
            ProcessCase.Crash("ERROR file claim 12 of customer 4 not found"),
        ],
    };
}

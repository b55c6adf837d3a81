namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class RuntimeVersionTooOld
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "runtime-of-other-version",
        Title = "The program was built for another version of its runtime",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"version `(?<version>(?:GLIBC|GLIBCXX|CXXABI|OPENSSL)_[\w.]+)' not found"),
            Clue.Log(@"Error relocating \S+: (?<version>\w+): symbol not found|symbol lookup error: .{0,120}undefined symbol: (?<version>\w+)"),
            Clue.Log(@"(?:UnsupportedClassVersionError).{0,200}\(class file version (?<version>[0-9.]+)\)"),
            Clue.Log(@"[Ff]ramework:? '?(?<version>Microsoft\.[\w.]+'?,? version '?[0-9.]+)|You must install or update \.NET"),
            Clue.Log(@"(?i)(?:requires|required|needs|expected|only supports?) (?:at least )?(?<version>(?:node(?:\.js)?|python|php|ruby|java|jdk|\.net|go)(?: version)? ?(?:[<>=^~]{0,2} ?)?v?[0-9][\w.]*)"),
            Clue.Log(@"(?:was compiled against a different Node\.js version|NODE_MODULE_VERSION (?<version>[0-9]+)|Your Ruby version is [0-9.]+, but your Gemfile specified (?<version>[0-9.]+))"),
        ],
        Specificity = 67,
        Verdict = Verdict.Confirmed,
        Cause = "The program was built for another version of its runtime or base system[: it asks for {version}].",
        Thing = "version",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Build and run on the same base image, named by a fixed version.",
        ],
        Documentation = ProcessSteps.Images,
        Samples =
        [
            ProcessCase.Crash("/app/shop: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/shop)", "GLIBC_2.34"),
            ProcessCase.Crash("Exception in thread \"main\" java.lang.UnsupportedClassVersionError: shop/Main has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0", "65.0"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR version 12 of contract 7 not found"),
        ],
    };
}

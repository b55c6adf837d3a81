namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class LibraryNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "library-not-found",
        Title = "A shared library is not there",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"error while loading shared libraries: (?<library>[^:\s]+)"),
            Clue.Log(@"Error loading shared library (?<library>[^:\s]+)"),
            Clue.Log(@"(?:ImportError|OSError): (?<library>[\w.+/-]+\.so[\w.]*): cannot open shared object"),
            Clue.Log(@"Unable to load (?:shared library|DLL) '(?<library>[^']+)'|UnsatisfiedLinkError: (?:no (?<library>[\w.-]+) in java\.library\.path|(?<library>/\S+?):)"),
            Clue.Log(@"(?:cannot load|could not load|unable to load|failed to load|dlopen:?|dlopen\() ?(?:shared )?(?:library|libraries|plugin)? ?[""'`(]?(?<library>[\w./+-]*\.so[\w.]*)"),
            Clue.Log(@"(?<library>lib[\w.+-]+\.so[\w.]*): cannot open shared object file"),
        ],
        Specificity = 69,
        Verdict = Verdict.Confirmed,
        Cause = "The shared library {library} is not in the image.",
        Thing = "library",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Build and run on the same base image; programs built for glibc do not run on musl (Alpine).",
        ],
        Documentation = ProcessSteps.Images,
        Samples =
        [
            ProcessCase.Crash("/usr/local/bin/render: error while loading shared libraries: libvips.so.42: cannot open shared object file: No such file or directory", "libvips.so.42", exitCode: 127),
            ProcessCase.Crash("Error loading shared library libstdc++.so.6: No such file or directory (needed by /app/node)", "libstdc++.so.6", exitCode: 127),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR library of images has no picture 12"),
        ],
    };
}

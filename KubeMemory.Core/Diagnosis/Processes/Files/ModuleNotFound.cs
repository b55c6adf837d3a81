namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class ModuleNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "module-not-found",
        Title = "A module or class of the program is not there",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log("Cannot find (?:module|package) '(?<module>[^']+)'"),
            Clue.Log(@"Error loading (?<module>\w+)(?: or \w+)* module|Could not import module ""(?<module>[^""]+)"""),
            Clue.Log(@"(?:ModuleNotFoundError|ImportError): No module named '?(?<module>[\w.]+)'?|ImportError: cannot import name '(?<module>\w+)'"),
            Clue.Log(@"(?:ClassNotFoundException|NoClassDefFoundError): (?:Could not initialize class )?(?<module>[\w.$/]+)|Could not find or load main class (?<module>[\w.$-]+)|NoSuchMethodError: '?(?<module>[^'(\s]+(?: [^'(\s]+)?)|no main manifest attribute, in (?<module>\S+)"),
            Clue.Log(@"cannot load such file -- (?<module>[\w./-]+)|Could not find (?:gem '(?<module>[\w-]+)|(?<module>[\w-]+)-[0-9.]+ in (?:any of the sources|locally installed gems))"),
            Clue.Log(@"Could not load (?:file or assembly|type) '(?<module>[^',]+)|assembly: '(?<module>[^']+)' was not found|(?<module>[\w.-]+\.dll)'? does not exist"),
            Clue.Log(@"(?:Class|Interface|Trait) [""'\\]*(?<module>[\w\\]+)[""']* not found|Can't locate (?<module>[\w/]+\.pm) in @INC|module (?<module>[A-Z][\w.]*) is not available"),
            Clue.Log("The requested module '(?<module>[^']+)' does not provide an export|ERR_MODULE_NOT_FOUND|is not exported from package|ERR_REQUIRE_ESM"),
        ],
        Specificity = 66,
        Verdict = Verdict.Confirmed,
        Cause = "The module or class {module} is not in the image, or not in the version that the program was built against.",
        Thing = "module",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            new("See which image runs.", "kubectl get pod {pod} -n {namespace} -o jsonpath=\"{.status.containerStatuses[*].imageID}\""),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Start the image once in the build, as it will be started in the cluster.",
        ],
        Documentation = ProcessSteps.Images,
        Samples =
        [
            ProcessCase.Crash("Error: Cannot find module 'express-rate' ", "express-rate"),
            ProcessCase.Crash("ModuleNotFoundError: No module named 'uvloop' ", "uvloop"),
            ProcessCase.Crash(
                """
                Error: Could not find or load main class shop.Main
                Caused by: java.lang.ClassNotFoundException: shop.Main
                """, "shop.Main"),
            ProcessCase.Crash("Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Shop.Pricing, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null'. The system cannot find the file specified.", "Shop.Pricing", exitCode: 134),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR class of parcel 9 not found in tariff"),
        ],
    };
}

using System.Text.RegularExpressions;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class SegmentationFault
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "segmentation-fault",
        Title = "The process died of a segmentation fault",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.State(@"ended with exit code 139|signal 11\b"),
            // Go, of the C that it calls.
            Clue.Log("^SIGSEGV: segmentation violation"),
            // The Java virtual machine tells of it, and aborts.
            Clue.Log(@"^#\s+SIGSEGV \(0x[bB]\) at pc="),
        ],
        Specificity = 52,
        Verdict = Verdict.Confirmed,
        Cause = "The process read or wrote memory that is not its own and was killed for it (SIGSEGV, exit code 139)[, in {library}]. That is a fault of its native code, of a library, or of a binary for another system.",
        Thing = "library",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            new("See whether it happens on one node only.", "kubectl get pods -n {namespace} -o wide"),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Keep native libraries at the versions that they were tested with; collect core dumps where this comes back.",
        ],
        Documentation = ProcessSteps.Reason,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("Segmentation fault (core dumped)", exitCode: 139),
            ProcessCase.Crash(
                """
                #
                # A fatal error has been detected by the Java Runtime Environment:
                #
                #  SIGSEGV (0xb) at pc=0x00007f1, pid=1, tid=22
                #
                # Problematic frame:
                # C  [libjpeg.so.62+0x1f2a]  decode
                #
                """, "libjpeg.so.62", exitCode: 139),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                panic: runtime error: invalid memory address or nil pointer dereference
                [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a]

                goroutine 1 [running]:
                main.main()
                	/app/main.go:12 +0x1d
                """, exitCode: 2),
        ],
    };

    // # C  [libjpeg.so.62+0x1f2a]  decode
    private static readonly Regex Frame = new(@"^# [CV] +\[(?<library>[\w.+-]+)\+", RegexOptions.NonBacktracking | RegexOptions.Multiline);

    private static IReadOnlyDictionary<string, string> Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var frame = incident.Evidence.Where(e => e.Kind == EvidenceKind.Log).Select(e => Frame.Match(e.Text)).FirstOrDefault(match => match.Success);
        return frame is null ? facts : new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["library"] = frame.Groups["library"].Value };
    }
}

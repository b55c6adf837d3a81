using System.Globalization;
using KubeMemory.Core.Diagnosis.Logs;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class SlowStart
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "killed-before-started",
        Title = "The container is killed before it has started",
        Area = SignatureArea.Probes,
        Types = [IncidentType.ProbeFailure, IncidentType.CrashLoopBackOff],
        Clues =
        [
            Clue.Event(@"(?i)(?<probe>liveness|startup) probe (?:failed|errored).*(?:connection refused|timeout|deadline).*|container \S+ failed (?<probe>liveness|startup) probe, will be restarted"),
        ],
        Requires =
        [
            Clue.State("restarts: [1-9]"),
            Clue.State(@"ended with exit code (?:137|143)[^\n]*started (?<started>\S+), finished (?<finished>\S+)"),
        ],
        Specificity = 59,
        Verdict = Verdict.Likely,
        Cause = "The container starts more slowly than its {probe} probe allows: it is killed while it still starts, and begins anew each time.",
        Thing = "probe",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            ProcessSteps.PreviousLog,
            new("Once it is known how long it takes, give it a startup probe that waits so long.", "kubectl edit {kind} {workload} -n {namespace}", Changes: true),
        ],
        Prevention =
        [
            "Give slow starters a startup probe; liveness begins only after it has passed.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = Read,
        Samples =
        [
            ProcessCase.Probe("Liveness probe failed: Get \"http://10.42.0.3:8080/live\": dial tcp 10.42.0.3:8080: connect: connection refused", "liveness", state: 
                """
                ready: no, restarts: 6, image: registry.test/store/shop:4.2
                now: running since 2026-03-04T05:06:07Z
                before: ended with exit code 137, reason Error, started 2026-03-04T05:05:07Z, finished 2026-03-04T05:06:06Z
                """, log: 
                """
                INFO loading 40000 products
                INFO building index 31 %
                """),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Liveness probe failed: Get \"http://10.42.0.3:8080/live\": dial tcp 10.42.0.3:8080: connect: connection refused", state: 
                """
                ready: no, restarts: 6, image: registry.test/store/shop:4.2
                now: running since 2026-03-04T05:06:07Z
                before: ended with exit code 137, reason Error, started 2026-03-04T01:05:07Z, finished 2026-03-04T05:06:06Z
                """),
        ],
    };

    // Longer than this and it had started, and failed later.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(10);

    private static Dictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        if (!DateTimeOffset.TryParse(facts["started"], CultureInfo.InvariantCulture, out var started)
            || !DateTimeOffset.TryParse(facts["finished"], CultureInfo.InvariantCulture, out var finished)
            || finished - started > LongestStart
            || incident.Evidence.Any(e => e.Kind == EvidenceKind.Log && LineWords.Up.IsMatch(e.Text)))
        {
            return null;
        }

        return new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["probe"] = facts["probe"].ToLowerInvariant() };
    }
}

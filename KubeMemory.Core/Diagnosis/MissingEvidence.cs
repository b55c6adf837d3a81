using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis;

/// <summary>What would tell more and is not there: what the watcher could not read, and what a case of its type needs and lacks.</summary>
internal static class MissingEvidence
{
    /// <param name="isExplained">The cause is stated: only what was not to be had is told, not what would be nice to have.</param>
    public static IReadOnlyList<string> Of(CaseReading reading, IReadOnlyList<FailureSignature> signatures, bool isExplained)
    {
        var missing = new List<string>(reading.Case.Missing);
        if (reading.GaveUp || reading.IsHard)
        {
            missing.Add("Some of the texts take so long to read that not everything in them was looked for.");
        }

        if (isExplained)
        {
            return missing;
        }

        if (reading.Case.Type is IncidentType.CrashLoopBackOff or IncidentType.JobFailed)
        {
            AddLogs(reading, missing);
        }

        if (Partial(reading, signatures) is { } partial)
        {
            missing.Add(partial);
        }

        return missing;
    }

    private static void AddLogs(CaseReading reading, List<string> missing)
    {
        var container = reading.Case.Container.Length > 0 ? reading.Case.Container : "the container";
        var previous = reading.Case.Evidence.Any(e => e.Kind == EvidenceKind.Log && e.Previous && IsOwn(e, reading.Case.Container));
        var any = reading.Logs.Any(log => log.Lines.Count > 0);
        if (!any)
        {
            missing.Add(Told(reading, "log")
                ? $"Without a log of {container} nothing tells what it said before it ended."
                : $"There is no log of {container}, so nothing tells what it said before it ended.");
        }
        else if (!previous && !Told(reading, "previous log") && reading.Logs.All(log => !log.HasEnd))
        {
            missing.Add($"There is no log of {container} before its last restart: its last words would be there.");
        }
    }

    private static bool Told(CaseReading reading, string what) => reading.Case.Missing.Any(m => m.Contains(what, StringComparison.OrdinalIgnoreCase));

    private static bool IsOwn(CaseEvidence evidence, string container) => container.Length == 0 || evidence.Container is not { Length: > 0 } its || its == container;

    /// <summary>The most specific signature that has its clue and lacks a kind of evidence that it needs besides.</summary>
    private static string? Partial(CaseReading reading, IReadOnlyList<FailureSignature> signatures)
    {
        foreach (var signature in signatures.Where(s => s.Requires.Count > 0 && s.Types.Contains(reading.Case.Type)).OrderByDescending(s => s.Specificity))
        {
            var lacking = signature.Requires.FirstOrDefault(clue => !reading.Has(clue.Source));
            if (lacking is not null
                && signature.Requires.All(clue => !reading.Has(clue.Source) || reading.Find(clue, withFrames: true).Any())
                && signature.Clues.Any(clue => reading.Find(clue, withFrames: false).Any()))
            {
                return $"It could be this: {char.ToLowerInvariant(signature.Title[0])}{signature.Title[1..]}. {WordsOf(lacking.Source)} would tell, and there is none.";
            }
        }

        return null;
    }

    private static string WordsOf(ClueSource source) =>
        source.HasFlag(ClueSource.Log) ? "A log of the container"
        : source.HasFlag(ClueSource.State) ? "The state of the container"
        : source.HasFlag(ClueSource.Spec) ? "A view of what the pod asks for"
        : source.HasFlag(ClueSource.Node) ? "A view of the node"
        : source.HasFlag(ClueSource.Rollout) ? "A view of the last rollouts"
        : "An event";
}

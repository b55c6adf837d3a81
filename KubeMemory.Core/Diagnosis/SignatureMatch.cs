using KubeMemory.Core.Diagnosis.Logs;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis;

/// <summary>A signature that matched, and what its word weighs against others'.</summary>
/// <param name="Weight">Its specificity, less where its clue is not among the last words or does not name the thing.</param>
internal sealed record SignatureMatch(Finding Finding, int Weight)
{
    private const int LongestQuote = 300;
    private const int LongestFact = 200;

    // A line behind the end that names its host explains a last line that names none, and not one that names another.
    private const int BehindCosts = 6;
    private const int NearCosts = 20;
    private const int NamelessCosts = 8;

    // Ended well, or from outside: what the log says last need not be why. 134 is how .NET and Node.js end for what they could not handle.
    private static readonly int[] EndedOtherwise = [0, 132, 137, 139, 143];

    /// <summary>Null where it does not apply.</summary>
    public static SignatureMatch? Of(FailureSignature signature, CaseReading reading)
    {
        if (!signature.Types.Contains(reading.Case.Type) || Best(signature, reading) is not { } best)
        {
            return null;
        }

        var found = new List<CluePlace> { best.Place };
        foreach (var clue in signature.Requires)
        {
            if (reading.Find(clue, withFrames: true).FirstOrDefault() is not { } place)
            {
                return null;
            }

            found.Add(place);
        }

        if (signature.Unless.Any(clue => reading.Find(clue, withFrames: true).Any()))
        {
            return null;
        }

        IReadOnlyDictionary<string, string> facts = FactsOf(reading.Case, found);
        if (signature.Refine is { } refine)
        {
            if (refine(reading.Case, facts) is not { } refined)
            {
                return null;
            }

            facts = refined;
        }

        return new SignatureMatch(Render(signature, VerdictOf(signature, best, reading), facts, found), signature.Specificity - best.Costs);
    }

    private static Finding Render(FailureSignature signature, Verdict verdict, IReadOnlyDictionary<string, string> facts, List<CluePlace> found) => new(
        signature,
        verdict,
        FactText.Render(signature.Cause, facts),
        signature.Thing is { } thing ? facts.GetValueOrDefault(thing) : null,
        signature.Thing,
        facts,
        [.. found.Select(place => new Citation(place.Evidence.Id, Quote(place))).Distinct()],
        FactText.Render(signature.Steps, facts));

    /// <summary>The place that says the most; of two that say as much, by the order of clues, then of logs, then the later line.</summary>
    private static Candidate? Best(FailureSignature signature, CaseReading reading)
    {
        Candidate? best = null;
        foreach (var clue in signature.Clues)
        {
            foreach (var place in reading.Find(clue, withFrames: false))
            {
                var candidate = Weigh(signature, place, reading);
                if (candidate is not null && (best is null || candidate.Costs < best.Costs || (candidate.Costs == best.Costs && IsLaterInSame(candidate, best))))
                {
                    best = candidate;
                }
            }
        }

        return best;
    }

    private static bool IsLaterInSame(Candidate one, Candidate other) =>
        one.Place.Log is { } log && log == other.Place.Log && one.Place.Line > other.Place.Line;

    private static Candidate? Weigh(FailureSignature signature, CluePlace place, CaseReading reading)
    {
        if (place.Log is not { } log)
        {
            return new Candidate(place, Standing.Last, 0);
        }

        var thing = signature.Thing is { } name && place.Match.Groups[name] is { Success: true } group ? group.Value : null;
        var standing = log.Of(place.Line, thing);
        if (reading.HasEarlierEnd(log))
        {
            standing = standing == Standing.Last ? Standing.Near : Standing.None;
        }

        var costs = signature.Thing is not null && thing is null ? NamelessCosts : 0;
        return standing switch
        {
            Standing.Last => new Candidate(place, standing, costs),
            Standing.Behind => new Candidate(place, standing, costs + BehindCosts),
            Standing.Near => new Candidate(place, standing, costs + NearCosts),
            _ => null,
        };
    }

    private static Verdict VerdictOf(FailureSignature signature, Candidate best, CaseReading reading)
    {
        var endedOtherwise = best.Place.Log is not null && signature.Area != SignatureArea.Crash && reading.ExitCode is { } code && Array.IndexOf(EndedOtherwise, code) >= 0;
        return best.Standing == Standing.Near || endedOtherwise ? (Verdict)Math.Min((int)signature.Verdict, (int)Verdict.Likely) : signature.Verdict;
    }

    private static Dictionary<string, string> FactsOf(DiagnosisCase incident, List<CluePlace> found)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["namespace"] = incident.Namespace,
            ["workload"] = incident.Workload,
            ["kind"] = incident.WorkloadKind.ToLowerInvariant(),
        };
        Add(facts, "pod", incident.PodName);
        Add(facts, "container", incident.Container);
        Add(facts, "image", incident.Image);
        Add(facts, "node", incident.NodeName);
        foreach (var group in found.SelectMany(place => place.Match.Groups.Values).Where(group => group.Success && !char.IsAsciiDigit(group.Name[0])))
        {
            Add(facts, group.Name, Texts.Cut(FactText.Plain(group.Value), LongestFact));
        }

        return facts;
    }

    private static void Add(Dictionary<string, string> facts, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            facts[name] = value;
        }
    }

    // Of a long line, the part around what matched.
    private static string Quote(CluePlace place)
    {
        var quote = place.Quote.Trim();
        var at = quote.Length > LongestQuote ? quote.IndexOf(place.Match.Value, StringComparison.Ordinal) : -1;
        return Texts.Cut(at > LongestQuote / 2 ? quote[(at - Math.Min(at, LongestQuote / 4))..] : quote, LongestQuote);
    }

    private sealed record Candidate(CluePlace Place, Standing Standing, int Costs);
}

using KubeMemory.Core.Diagnosis.Logs;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis;

/// <summary>A signature that matched, and what its word weighs against others'.</summary>
/// <param name="Weight">Its specificity, less where its clue is not among the last words or does not name the thing.</param>
internal sealed record SignatureMatch(Finding Finding, int Weight)
{
    private const int LongestQuote = 300;
    private const int LongestFact = 200;

    // A line that comes again and again says nothing new.
    private const int MostPlaces = 400;

    // A line behind the end that names its host explains a last line that names none, and not one that names another.
    private const int BehindCosts = 6;
    private const int NearCosts = 20;
    private const int NamelessCosts = 8;

    // Ended well, or from outside: what the log says last need not be why. 134 is how .NET and Node.js end for what they could not handle.
    private static readonly int[] EndedOtherwise = [0, 132, 137, 139, 143];

    /// <summary>Null where it does not apply.</summary>
    public static SignatureMatch? Of(FailureSignature signature, CaseReading reading)
    {
        if (!signature.Types.Contains(reading.Case.Type))
        {
            return null;
        }

        var places = signature.Clues.SelectMany(clue => reading.Find(clue, withFrames: false)).ToList();
        if (places.Count == 0 || NeedsOf(signature, reading) is not { } needs || signature.Unless.Any(clue => reading.Find(clue, withFrames: true).Any()))
        {
            return null;
        }

        return Best(signature, places, needs, reading) is not { } best
            ? null
            : new SignatureMatch(Render(signature, VerdictOf(signature, best, reading), best.Facts, [best.Place, .. needs]), signature.Specificity - best.Costs);
    }

    private static List<CluePlace>? NeedsOf(FailureSignature signature, CaseReading reading)
    {
        var found = new List<CluePlace>();
        foreach (var clue in signature.Requires)
        {
            if (reading.Find(clue, withFrames: true).FirstOrDefault() is not { } place)
            {
                return null;
            }

            found.Add(place);
        }

        return found;
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
    private static Candidate? Best(FailureSignature signature, List<CluePlace> places, List<CluePlace> needs, CaseReading reading)
    {
        Candidate? best = null;
        foreach (var place in places.DistinctBy(place => (place.Log, place.Line, place.Evidence, place.Match.Value)).Take(MostPlaces))
        {
            var candidate = Weigh(signature, place, needs, reading);
            if (candidate is not null && (best is null || candidate.Costs < best.Costs || (candidate.Costs == best.Costs && IsLaterInSame(candidate, best))))
            {
                best = candidate;
            }
        }

        return best;
    }

    private static bool IsLaterInSame(Candidate one, Candidate other) =>
        one.Place.Log is { } log && log == other.Place.Log && one.Place.Line > other.Place.Line;

    private static Candidate? Weigh(FailureSignature signature, CluePlace place, List<CluePlace> needs, CaseReading reading)
    {
        if (FactsOf(signature, place, needs, reading.Case) is not { } facts)
        {
            return null;
        }

        if (place.Log is not { } log)
        {
            return new Candidate(place, facts, Standing.Last, 0);
        }

        var thing = signature.Thing is { } name ? facts.GetValueOrDefault(name) : null;
        var standing = log.Of(place.Line, thing);
        if (reading.HasEarlierEnd(log))
        {
            standing = standing == Standing.Last ? Standing.Near : Standing.None;
        }

        var costs = signature.Thing is not null && thing is null ? NamelessCosts : 0;
        return standing switch
        {
            Standing.Last => new Candidate(place, facts, standing, costs),
            Standing.Behind => new Candidate(place, facts, standing, costs + BehindCosts),
            Standing.Near => new Candidate(place, facts, standing, costs + NearCosts),
            _ => null,
        };
    }

    private static Verdict VerdictOf(FailureSignature signature, Candidate best, CaseReading reading)
    {
        var endedOtherwise = best.Place.Log is not null && signature.Area != SignatureArea.Crash && reading.ExitCode is { } code && Array.IndexOf(EndedOtherwise, code) >= 0;
        var toldInPassing = best is { Standing: Standing.Behind, Place.Log: { } log } && !log.StatesFailure(best.Place.Line);
        return best.Standing == Standing.Near || endedOtherwise || toldInPassing ? (Verdict)Math.Min((int)signature.Verdict, (int)Verdict.Likely) : signature.Verdict;
    }

    /// <summary>Null where the signature does not apply after all.</summary>
    private static Dictionary<string, string>? FactsOf(FailureSignature signature, CluePlace place, List<CluePlace> needs, DiagnosisCase incident)
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
        foreach (var group in needs.Prepend(place).SelectMany(found => found.Match.Groups.Values).Where(group => group.Success && !char.IsAsciiDigit(group.Name[0])))
        {
            Add(facts, group.Name, group.Value);
        }

        IReadOnlyDictionary<string, string>? refined = facts;
        if (signature.Refine is { } refine)
        {
            Add(facts, FailureSignature.LineFact, place.Log?.Lines[place.Line].Text);
            Add(facts, FailureSignature.StatementFact, place.Log?.StatementAt(place.Line));
            Add(facts, FailureSignature.ContextFact, place.Log?.Before(place.Line));
            refined = refine(incident, facts);
        }

        return refined?.Where(fact => !FailureSignature.IsForRefineOnly(fact.Key))
            .ToDictionary(fact => fact.Key, fact => Texts.Cut(FactText.Plain(fact.Value), LongestFact), StringComparer.Ordinal);
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

    private sealed record Candidate(CluePlace Place, IReadOnlyDictionary<string, string> Facts, Standing Standing, int Costs);
}

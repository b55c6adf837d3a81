using System.Text.RegularExpressions;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis;

/// <summary>One signature against one case.</summary>
internal static class SignatureMatch
{
    private const int LongestQuote = 300;

    /// <summary>Null where it does not apply.</summary>
    public static Finding? Of(FailureSignature signature, DiagnosisCase incident)
    {
        if (!signature.Types.Contains(incident.Type) || signature.Unless.Any(clue => Find(clue, incident) is not null))
        {
            return null;
        }

        var found = signature.Clues.Select(clue => Find(clue, incident)).FirstOrDefault(one => one is not null);
        var needed = signature.Requires.Select(clue => Find(clue, incident)).ToList();
        if (found is null || needed.Contains(null))
        {
            return null;
        }

        IReadOnlyDictionary<string, string> facts = FactsOf(incident, [found, .. needed!]);
        if (signature.Refine is { } refine)
        {
            if (refine(incident, facts) is not { } refined)
            {
                return null;
            }

            facts = refined;
        }

        return new Finding(
            signature,
            signature.Verdict,
            FactText.Render(signature.Cause, facts),
            signature.Thing is { } thing ? facts.GetValueOrDefault(thing) : null,
            signature.Thing,
            facts,
            [.. new[] { found }.Concat(needed!).Select(one => new Citation(one!.Evidence.Id, Texts.Cut(one.Quote, LongestQuote))).Distinct()],
            FactText.Render(signature.Steps, facts));
    }

    private static Found? Find(Clue clue, DiagnosisCase incident)
    {
        foreach (var evidence in incident.Evidence.Where(e => (clue.Source & SourceOf(e.Kind)) != 0))
        {
            if (evidence.Kind != EvidenceKind.Log)
            {
                if (clue.Pattern.Match(evidence.Text) is { Success: true } match)
                {
                    return new Found(evidence, match, match.Value);
                }

                continue;
            }

            foreach (var line in evidence.Text.Split('\n').Reverse())
            {
                if (clue.Pattern.Match(line) is { Success: true } match)
                {
                    return new Found(evidence, match, line.Trim());
                }
            }
        }

        return null;
    }

    private static ClueSource SourceOf(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Event => ClueSource.Event,
        EvidenceKind.ContainerState => ClueSource.State | ClueSource.Event,
        EvidenceKind.PodSpec => ClueSource.Spec,
        EvidenceKind.NodeCondition => ClueSource.Node,
        EvidenceKind.Rollout => ClueSource.Rollout,
        EvidenceKind.Log => ClueSource.Log,
        _ => 0,
    };

    private static Dictionary<string, string> FactsOf(DiagnosisCase incident, IReadOnlyList<Found> found)
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
        foreach (var group in found.SelectMany(one => one.Match.Groups.Values).Where(g => g.Success && !char.IsAsciiDigit(g.Name[0])))
        {
            Add(facts, group.Name, group.Value.Trim());
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

    private sealed record Found(CaseEvidence Evidence, Match Match, string Quote);
}

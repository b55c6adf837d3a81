using System.Globalization;
using System.Text;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>What is known of an incident as blocks of data, what tells the most first.</summary>
internal static class IncidentBlocks
{
    public const string Incident = "INCIDENT";
    public const string Rules = "RULES";
    public const string Around = "AROUND";

    private const int MostQuotedFixes = 2;
    private const int MostAround = 6;

    public static IReadOnlyList<PromptBlock> Of(AnalysisInput input) =>
    [
        new(Incident, "facts", Facts(input), 0.12, Citable: false),
        new(Rules, "finding of the rules", Finding(input.Diagnosis), 0.15, Citable: false),
        .. Guidance(input.Retrieved.Guidance),
        .. Evidence(input),
        .. input.Retrieved.Similar.Select(Similar),
        .. input.Correlation is { } correlation && AroundOf(correlation) is { Length: > 0 } around ? [new PromptBlock(Around, "what happened around it", around, 0.08, Citable: false)] : (PromptBlock[])[],
    ];

    private static string Facts(AnalysisInput input)
    {
        var (incident, text) = (input.Incident, new StringBuilder());
        text.AppendLine(CultureInfo.InvariantCulture, $"{incident.IncidentType} of {incident.WorkloadKind} {incident.Workload} in namespace {incident.Namespace}");
        Append(text, "container", incident.Container);
        Append(text, "pod", incident.PodName);
        Append(text, "node", incident.NodeName);
        Append(text, "image", incident.Image);
        Append(text, "said", Texts.OneLine(incident.Description));
        text.AppendLine(CultureInfo.InvariantCulture, $"occurrences: {incident.Occurrences}, restarts: {incident.RestartCount}, pods hit: {incident.AffectedPods}");
        if (incident.DesiredReplicas is { } desired)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"replicas: {incident.ReadyReplicas ?? 0} of {desired} ready");
        }

        foreach (var missing in input.Case.Missing)
        {
            Append(text, "not to be had", Texts.OneLine(missing));
        }

        return text.ToString();
    }

    private static string Finding(Diagnosis.Diagnosis diagnosis)
    {
        if (diagnosis.Main is not { } main)
        {
            return "The rules name no cause.";
        }

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{diagnosis.Verdict.ToString().ToLowerInvariant()}: {main.Signature.Title}");
        Append(text, "cause", main.Cause);
        Append(text, main.ThingKind ?? "thing", main.Thing);
        Append(text, "because of", string.Join(", ", main.Citations.Select(citation => citation.EvidenceId).Distinct()));
        return text.ToString();
    }

    private static IEnumerable<PromptBlock> Guidance(FixGuidance guidance)
    {
        foreach (var correction in guidance.Corrections)
        {
            yield return new($"F{correction.Id}", "correction of an earlier analysis, by a person", correction.Correction ?? correction.Text, 0.1);
        }

        foreach (var proposal in guidance.Proposals.Where(one => guidance.Corrections.All(correction => correction.Id != one.Fix.Id)))
        {
            var rate = string.Create(CultureInfo.InvariantCulture, $"worked {proposal.OnSignature.Worked} of {proposal.OnSignature.Tried} times");
            yield return new($"F{proposal.Fix.Id}", "fix that a person confirmed", $"{proposal.Fix.Text}\n{rate}. {proposal.Reason}", 0.1);
        }
    }

    /// <summary>What the rules cite, then states and events, then logs, the crashed container's first, then the rest.</summary>
    private static IEnumerable<PromptBlock> Evidence(AnalysisInput input)
    {
        var cited = (input.Diagnosis.Main?.Citations ?? []).Select(citation => citation.EvidenceId).ToHashSet(StringComparer.Ordinal);
        return input.Case.Evidence.OrderBy(one => cited.Contains(one.Id) ? 0 : 1).ThenBy(Rank).Select(one => new PromptBlock(
            one.Id, KindOf(one), $"{Texts.OneLine(one.Title)}\n{one.Text}", one.Kind == EvidenceKind.Log ? 0.35 : 0.12, KeepsEnd: one.Kind == EvidenceKind.Log));
    }

    private static int Rank(CaseEvidence evidence) => evidence.Kind switch
    {
        EvidenceKind.ContainerState => 0,
        EvidenceKind.Event => 1,
        EvidenceKind.Log => evidence.Previous ? 2 : 4,
        EvidenceKind.NodeCondition => 3,
        EvidenceKind.Rollout => 5,
        _ => 6,
    };

    private static string KindOf(CaseEvidence evidence) => evidence.Kind switch
    {
        EvidenceKind.ContainerState => "state",
        EvidenceKind.Log => evidence.Previous ? "log before the last restart" : "log",
        EvidenceKind.PodSpec => "spec",
        EvidenceKind.NodeCondition => "node",
        EvidenceKind.Rollout => "rollout",
        _ => "event",
    };

    private static PromptBlock Similar(SimilarIncidentDto similar)
    {
        var (incident, text) = (similar.Incident, new StringBuilder());
        text.AppendLine(CultureInfo.InvariantCulture, $"{incident.IncidentType} of {incident.WorkloadKind} {incident.Workload} in {incident.Namespace}: {Texts.OneLine(incident.Description)}");
        Append(text, "like it because", string.Join("; ", similar.Reasons));
        foreach (var fix in similar.Fixes.Take(MostQuotedFixes))
        {
            Append(text, "what helped", Texts.OneLine(fix));
        }

        return new(string.Create(CultureInfo.InvariantCulture, $"I{incident.Id}"), "earlier incident", text.ToString(), 0.06);
    }

    private static string AroundOf(IncidentCorrelation correlation)
    {
        var text = new StringBuilder();
        foreach (var rollout in correlation.Rollouts.Take(MostAround))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"rollout of {rollout.Namespace}/{rollout.Workload} {rollout.MinutesBefore:0} minutes before: {Texts.OneLine(rollout.Change)}");
        }

        foreach (var shared in correlation.Shared.Take(MostAround))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{shared.Workloads} failing workloads share the {shared.Kind} {shared.Name}");
        }

        foreach (var other in correlation.CoOccurring.Take(MostAround))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{other.ApartSeconds:+0;-0} seconds: {other.Incident.IncidentType} of {other.Incident.Namespace}/{other.Incident.Workload}");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            text.Append(name).Append(": ").AppendLine(value);
        }
    }
}

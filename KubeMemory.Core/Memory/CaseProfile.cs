using KubeMemory.Core.Classification;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Memory;

/// <summary>What of an incident is compared with another one.</summary>
/// <param name="Cause">The lexical vector of what Kubernetes says.</param>
/// <param name="Log">That of the telling lines of its logs; null without any.</param>
/// <param name="Concepts">What its texts speak of, see <see cref="FailureConcepts"/>.</param>
/// <param name="Finding">What the rules make of it; null where they do not know.</param>
internal sealed record CaseProfile(
    IncidentFacts Facts, string Key, float[] Cause, float[]? Log, IReadOnlyList<string> Concepts, bool PlainSignature, Finding? Finding)
{
    private const int MostConcepts = 6;

    public static CaseProfile Of(IncidentFacts facts, Diagnoser diagnoser)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var cause = CaseText.CauseOf(facts);
        var log = CaseText.LogOf(facts);
        return new CaseProfile(
            facts,
            KeyOf(facts),
            Embed(string.Join('\n', cause)),
            log.Count > 0 && Embed(string.Join('\n', log)) is var vector && Array.Exists(vector, value => value != 0) ? vector : null,
            FailureConcepts.Of(cause.Concat(log), MostConcepts),
            IsPlain(facts.Signature),
            diagnoser.Diagnose(CaseOf(facts)).Main);
    }

    public static string KeyOf(IncidentFacts facts) =>
        new IncidentKey(facts.ClusterId, facts.Namespace, facts.WorkloadKind, facts.Workload, facts.Container, facts.Family).ToString();

    /// <summary>As far as the facts of a projection go: each kind's newest evidence, cut.</summary>
    public static DiagnosisCase CaseOf(IncidentFacts facts) => new()
    {
        Type = facts.Type,
        Namespace = facts.Namespace,
        WorkloadKind = facts.WorkloadKind,
        Workload = facts.Workload,
        Container = facts.Container,
        PodName = facts.Pods.Count > 0 ? facts.Pods[0].Name : null,
        NodeName = facts.Pods.Count > 0 ? facts.Pods[0].NodeName : null,
        Image = facts.Image,
        Evidence = [.. facts.Evidence.Select((e, at) => new CaseEvidence($"E{at + 1}", e.Kind, e.Title, e.Text, Previous: CaseText.IsPrevious(e)))],
    };

    public string? Repository => Facts.Image is { } image ? RepositoryOf(image) : null;

    /// <summary>Without tag and digest.</summary>
    public static string RepositoryOf(string image)
    {
        var end = image.IndexOf('@', StringComparison.Ordinal);
        var name = end < 0 ? image : image[..end];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    private static float[] Embed(string text)
    {
        var vector = new float[LexicalEmbedding.Dimensions];
        LexicalEmbedding.Embed(text, vector);
        return vector;
    }

    /// <summary>A signature that says only how it showed (a back-off, an exit code) is the same for a hundred causes.</summary>
    private static bool IsPlain(string signature)
    {
        var colon = signature.IndexOf(": ", StringComparison.Ordinal);
        var cause = CauseText.Normalise(colon < 0 ? signature : signature[(colon + 2)..]);
        return LexicalWords.ListOf(cause, most: 2).Count < 2;
    }
}

using System.Globalization;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Memory;

/// <summary>How like two cases are, and how probable it is by that that both have the same cause.</summary>
internal sealed record CaseLikeness(CaseProfile Asked, CaseProfile Other)
{
    /// <summary>Below this score a case is not shown as like another one; docs/memory.md says how often one with that score has the same cause.</summary>
    public const double Threshold = 0.3;

    /// <summary>From this score on the same signature is taken for the same failure.</summary>
    public const double SameFailureFrom = 0.5;

    /// <summary>Below this a rule says how it shows, not why: see <see cref="FailureSignature.Specificity"/>.</summary>
    private const int Sure = 30;

    private const double Bias = -5.5;

    /// <summary>
    /// Log-odds of <see cref="Features"/>, fitted by <c>Benchmarks -- recall --calibrate</c> to pairs of the tuning half (docs/memory.md); those of
    /// the diagnosis are set by hand, because a rule that says so outweighs any wording.
    /// </summary>
    private static readonly double[] Weights = [2.1, 3.5, -1.2, 0.6, 2.5, 2.0, 2.8, -2.5, 0.2, 2.5, -2.5, 0.5];

    public static IReadOnlyList<string> FeatureNames { get; } =
    [
        "cause cosine", "log cosine", "both have logs", "same plain signature", "same telling signature", "same type", "concepts shared", "concepts contradict",
        "same image repository", "same failure signature", "other failure signature", "same thing",
    ];

    public bool SameKey => Asked.Key == Other.Key;

    public bool SameSignature => Asked.Facts.Signature == Other.Facts.Signature;

    public bool SameFailure => Asked.Finding is { } one && Other.Finding is { } other && one.Signature.Id == other.Signature.Id;

    /// <summary>Two rules that are sure of different causes.</summary>
    public bool OtherFailure =>
        Asked.Finding is { } one && Other.Finding is { } other && one.Signature.Id != other.Signature.Id && one.Signature.Specificity >= Sure && other.Signature.Specificity >= Sure;

    public bool SameThing => SameFailure && Asked.Finding!.Thing is { } thing && thing == Other.Finding!.Thing;

    public IReadOnlyList<string> SharedConcepts => [.. Asked.Concepts.Intersect(Other.Concepts)];

    /// <summary>0 to 1: the share of such pairs of the labelled set that had the same cause.</summary>
    public double Score
    {
        get
        {
            var odds = Bias;
            var features = Features();
            for (var i = 0; i < features.Length; i++)
            {
                odds += Weights[i] * features[i];
            }

            return 1 / (1 + Math.Exp(-odds));
        }
    }

    public double[] Features()
    {
        var shared = Asked.Concepts.Intersect(Other.Concepts).Count();
        var all = Asked.Concepts.Union(Other.Concepts).Count();
        var bothLogs = Asked.Log is not null && Other.Log is not null;
        return
        [
            Math.Max(0, Cosine(Asked.Cause, Other.Cause)),
            bothLogs ? Math.Max(0, Cosine(Asked.Log!, Other.Log!)) : 0,
            One(bothLogs),
            One(SameSignature && Asked.PlainSignature),
            One(SameSignature && !Asked.PlainSignature),
            One(Asked.Facts.Type == Other.Facts.Type),
            all == 0 ? 0 : (double)shared / all,
            One(shared == 0 && Asked.Concepts.Count > 0 && Other.Concepts.Count > 0),
            One(Asked.Repository is { } repository && repository == Other.Repository),
            One(SameFailure),
            One(OtherFailure),
            One(SameThing),
        ];
    }

    private static double One(bool holds) => holds ? 1 : 0;

    private static double Cosine(float[] one, float[] other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += (double)one[i] * other[i];
        }

        return sum;
    }
}

/// <summary>The reasons for a match, in plain words, the weightiest first.</summary>
internal static class MatchReasons
{
    private const int Most = 4;

    /// <param name="lives">How many incidents the other one's key has had.</param>
    public static IReadOnlyList<string> Of(CaseLikeness likeness, string match, long lives)
    {
        var (asked, other) = (likeness.Asked.Facts, likeness.Other.Facts);
        var reasons = new List<string>();
        if (match == SimilarCases.KeyMatch)
        {
            // The asked one is among the lives.
            reasons.Add($"The same problem {Apart(asked.OccurredAt, other.OccurredAt)}{Times(lives - 1, "before")}");
        }
        else if (likeness.SameKey)
        {
            reasons.Add($"The same workload {Apart(asked.OccurredAt, other.OccurredAt)}, perhaps for another reason");
        }
        else if (match == SimilarCases.SignatureMatch)
        {
            reasons.Add($"The same failure on workload {other.Namespace}/{other.Workload}{(asked.ClusterId == other.ClusterId ? "" : $" of cluster {other.ClusterName}")}{Times(lives, "there")}");
        }

        if (likeness.SameFailure)
        {
            var finding = likeness.Other.Finding!;
            reasons.Add($"The same cause: {Small(finding.Signature.Title)}{(likeness.SameThing ? $" ({finding.Thing})" : "")}");
        }
        else if (likeness.SharedConcepts is { Count: > 0 } concepts)
        {
            reasons.Add($"Both speak of: {string.Join(", ", concepts.Take(3))}");
        }

        if (likeness.SameSignature && match != SimilarCases.SignatureMatch && match != SimilarCases.KeyMatch)
        {
            reasons.Add($"The same signature: {asked.Signature}");
        }

        if (asked.Image is { } image && image == other.Image && !likeness.SameKey)
        {
            reasons.Add($"Same image {image}");
        }

        if (reasons.Count == 0)
        {
            reasons.Add("Its messages and logs read alike");
        }

        return [.. reasons.Take(Most)];
    }

    private static string Times(long lives, string when) => lives > 1 ? string.Create(CultureInfo.InvariantCulture, $", {lives} times {when}") : "";

    private static string Small(string title) =>
        title.Length > 1 && char.IsUpper(title[0]) && !char.IsUpper(title[1]) ? char.ToLowerInvariant(title[0]) + title[1..] : title;

    private static string Apart(DateTimeOffset asked, DateTimeOffset other)
    {
        var apart = (asked - other).Duration();
        var (count, unit) = apart switch
        {
            { TotalMinutes: < 1 } => (0, ""),
            { TotalHours: < 1 } => ((int)apart.TotalMinutes, "minute"),
            { TotalDays: < 2 } => ((int)apart.TotalHours, "hour"),
            { TotalDays: < 60 } => ((int)apart.TotalDays, "day"),
            _ => ((int)(apart.TotalDays / 30), "month"),
        };
        return count == 0 ? "at the same time" : string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")} {(other <= asked ? "earlier" : "later")}");
    }
}

using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>What the rules made of one case, against its label.</summary>
/// <param name="SignatureId">Null where inconclusive.</param>
internal sealed record CaseOutcome(LabelledCase Labelled, Verdict Verdict, string? SignatureId, int Specificity, string? Thing, bool CauseRight)
{
    public static CaseOutcome Of(LabelledCase labelled, Diagnoser diagnoser, CauseMap causes)
    {
        var said = diagnoser.Diagnose(labelled.Case);
        var signature = said.Verdict == Verdict.Inconclusive ? null : said.Main?.Signature;
        var right = labelled.Causes.Any(cause => cause == LabelledCase.Unknown ? signature is null : signature is not null && causes.Says(signature.Id, cause));
        return new CaseOutcome(labelled, signature is null ? Verdict.Inconclusive : said.Verdict, signature?.Id, signature?.Specificity ?? 0, signature is null ? null : said.Main?.Thing, right);
    }

    /// <summary>A label that names no thing asks for none.</summary>
    public bool AsksForThing => Labelled.Things.Count > 0;

    /// <summary>Of the right cause; quotes, the dot that ends a DNS name and the case of letters do not count.</summary>
    public bool ThingRight => CauseRight && Thing is { } thing && Labelled.Things.Any(right => Plain(right).Equals(Plain(thing), StringComparison.OrdinalIgnoreCase));

    /// <summary>Said to be certain, and wrong: worst of all.</summary>
    public bool ConfidentlyWrong => Verdict == Verdict.Confirmed && !CauseRight;

    public bool LikelyWrong => Verdict == Verdict.Likely && !CauseRight;

    private static string Plain(string text) => text.Trim(' ', '"', '\'', '`', '.');
}

/// <summary>Sums over outcomes.</summary>
internal sealed record DiagnosisScore(string Name, int Cases, int CauseRight, int Things, int ThingsRight, int ConfidentlyWrong, int LikelyWrong, int Inconclusive)
{
    public static DiagnosisScore Of(string name, IReadOnlyCollection<CaseOutcome> outcomes) => new(
        name,
        outcomes.Count,
        outcomes.Count(o => o.CauseRight),
        outcomes.Count(o => o.AsksForThing),
        outcomes.Count(o => o.AsksForThing && o.ThingRight),
        outcomes.Count(o => o.ConfidentlyWrong),
        outcomes.Count(o => o.LikelyWrong),
        outcomes.Count(o => o.Verdict == Verdict.Inconclusive));

    public double CauseShare => Share(CauseRight, Cases);

    public double ThingShare => Share(ThingsRight, Things);

    private static double Share(int part, int whole) => whole == 0 ? 1 : (double)part / whole;
}

/// <summary>What the test half must come to.</summary>
internal static class DiagnosisGoals
{
    public const double Cause = 0.90;
    public const double Thing = 0.85;

    /// <summary>Of unknown faults: 45 of 50.</summary>
    public const double Inconclusive = 0.90;

    /// <summary>One sentence for each goal that is missed.</summary>
    public static IEnumerable<string> Missed(DiagnosisScore known, DiagnosisScore unknown)
    {
        if (known.CauseShare < Cause)
        {
            yield return $"The cause is right in {known.CauseShare:P1} of the known cases; the goal is {Cause:P0}.";
        }

        if (known.ThingShare < Thing)
        {
            yield return $"The named thing is right in {known.ThingShare:P1} of the cases that have one; the goal is {Thing:P0}.";
        }

        if (known.ConfidentlyWrong + unknown.ConfidentlyWrong is > 0 and var wrong)
        {
            yield return $"{wrong} answers are confirmed and wrong; the goal is none.";
        }

        if (unknown.CauseShare < Inconclusive)
        {
            yield return $"{unknown.Inconclusive} of {unknown.Cases} unknown faults are inconclusive; the goal is {Inconclusive:P0}.";
        }
    }
}

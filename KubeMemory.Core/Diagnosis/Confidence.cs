namespace KubeMemory.Core.Diagnosis;

/// <summary>
/// How sure a diagnosis is: by verdict and weight, no more than the share of the labelled set's tuning half whose cause was right. It was in
/// all 158 that were confirmed, and in 11 of the 14 that were likely, so few that the lower half of these is put at evens.
/// <c>Benchmarks -- diagnose</c> prints the shares that these numbers must keep below; they change with the catalogue.
/// </summary>
internal static class Confidence
{
    private static readonly (Verdict Verdict, int From, double Value)[] Table =
    [
        (Verdict.Confirmed, 75, 0.95),
        (Verdict.Confirmed, 50, 0.9),
        (Verdict.Confirmed, 0, 0.85),
        (Verdict.Likely, 50, 0.75),
        (Verdict.Likely, int.MinValue, 0.5),
    ];

    /// <param name="weight">Of the match: its specificity, less for a clue that is not the last word.</param>
    public static double Of(Verdict verdict, int weight) => Table.FirstOrDefault(row => row.Verdict == verdict && weight >= row.From).Value;
}

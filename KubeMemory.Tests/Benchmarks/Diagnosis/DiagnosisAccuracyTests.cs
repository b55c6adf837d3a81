using KubeMemory.Benchmarks.Diagnosis;
using KubeMemory.Core.Diagnosis;
using Xunit;

namespace KubeMemory.Tests.Benchmarks.Diagnosis;

/// <summary>The goals of the labelled set, as <c>Benchmarks -- diagnose</c> judges them.</summary>
public sealed class DiagnosisAccuracyTests
{
    private static readonly LabelledSet Set = LabelledSet.Load(LabelledSet.DefaultFolder);

    [Fact]
    public void Diagnose_TestHalf_MeetsTheGoals()
    {
        var outcomes = OutcomesOf(LabelledCase.Test);
        var known = DiagnosisScore.Of("known", [.. outcomes.Where(o => !o.Labelled.IsUnknown)]);
        var unknown = DiagnosisScore.Of("unknown", [.. outcomes.Where(o => o.Labelled.IsUnknown)]);

        Assert.Empty(DiagnosisGoals.Missed(known, unknown));
    }

    [Fact]
    public void Diagnose_TuningHalf_IsNowhereConfidentAndWrong() =>
        Assert.Empty(OutcomesOf(LabelledCase.Tuning).Where(o => o.ConfidentlyWrong).Select(o => $"{o.Labelled.Id}: {o.SignatureId}"));

    private static CaseOutcome[] OutcomesOf(string half) =>
        [.. Set.Cases.Where(one => one.Half == half).Select(one => CaseOutcome.Of(one, Diagnoser.Default, Set.Causes))];
}

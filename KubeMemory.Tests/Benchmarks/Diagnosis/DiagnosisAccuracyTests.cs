using KubeMemory.Benchmarks.Diagnosis;
using KubeMemory.Core.Diagnosis;
using Xunit;

namespace KubeMemory.Tests.Benchmarks.Diagnosis;

/// <summary>The goals of the labelled set, as <c>Benchmarks -- diagnose</c> judges them.</summary>
public sealed class DiagnosisAccuracyTests
{
    [Theory]
    [InlineData(LabelledCase.Test)]
    [InlineData(LabelledCase.Tuning)]
    public void Diagnose_LabelledSet_MeetsTheGoals(string half)
    {
        var set = LabelledSet.Load(LabelledSet.DefaultFolder);
        CaseOutcome[] outcomes = [.. set.Cases.Where(one => one.Half == half).Select(one => CaseOutcome.Of(one, Diagnoser.Default, set.Causes))];
        var known = DiagnosisScore.Of("known", [.. outcomes.Where(o => !o.Labelled.IsUnknown)]);
        var unknown = DiagnosisScore.Of("unknown", [.. outcomes.Where(o => o.Labelled.IsUnknown)]);

        Assert.Empty(DiagnosisGoals.Missed(known, unknown));
    }
}

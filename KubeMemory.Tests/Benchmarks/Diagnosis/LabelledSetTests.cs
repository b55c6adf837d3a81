using KubeMemory.Benchmarks.Diagnosis;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Benchmarks.Diagnosis;

public sealed class LabelledSetTests
{
    private static readonly LabelledSet Set = LabelledSet.Load(LabelledSet.DefaultFolder);

    private static IEnumerable<LabelledCase> Tuning => Set.Cases.Where(one => one.Half == LabelledCase.Tuning);

    private static IEnumerable<LabelledCase> Test => Set.Cases.Where(one => one.Half == LabelledCase.Test);

    [Fact]
    public void Load_Always_HoldsEnoughOfEachKind()
    {
        Assert.True(Tuning.Count(one => !one.IsUnknown) >= 120, "Tuning half: 120 known cases are wanted.");
        Assert.True(Tuning.Count(one => one.IsUnknown) >= 20, "Tuning half: 20 unknown faults are wanted.");
        Assert.True(Test.Count(one => !one.IsUnknown) >= 160, "Test half: 160 known cases are wanted.");
        Assert.True(Test.Count(one => one.IsUnknown) >= 50, "Test half: 50 unknown faults are wanted.");
    }

    [Fact]
    public void Load_Always_CoversEveryGroupInBothHalves() =>
        Assert.Equal(
            Tuning.Select(one => one.Group).Distinct().Order(StringComparer.Ordinal),
            Test.Select(one => one.Group).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Load_Always_GivesEachCaseAnIdOfItsOwn() => Assert.Equal(Set.Cases.Count, Set.Cases.DistinctBy(one => one.Id).Count());

    [Fact]
    public void Load_Always_KeepsApplicationsOfTheHalvesApart()
    {
        var shared = Test.Select(Application).Intersect(Tuning.Select(Application)).Order(StringComparer.Ordinal);

        Assert.Empty(shared);
    }

    [Fact]
    public void Load_Always_KeepsWordingsOfTheHalvesApart()
    {
        // A line of Kubernetes itself that has nothing of the case in it ("Error: ErrImagePull") is the same everywhere.
        var seen = Tuning.SelectMany(one => one.Case.Evidence).Where(IsLog).SelectMany(Lines).ToHashSet(StringComparer.Ordinal);

        var shared = Test.SelectMany(one => one.Case.Evidence.Where(IsLog).SelectMany(Lines).Where(seen.Contains).Select(line => $"{one.Id}: {line}"));

        Assert.Empty(shared);
    }

    [Fact]
    public void Load_Always_GivesEachCaseEvidenceOrSaysWhyThereIsNone() =>
        Assert.All(Set.Cases, one => Assert.True(one.Case.Evidence.Count > 0 || one.Case.Missing.Count > 0, one.File));

    [Fact]
    public void Load_Always_NamesEachCauseInTheMap() =>
        Assert.Empty(Set.Cases.SelectMany(one => one.Causes).Where(cause => cause != LabelledCase.Unknown).Distinct().Except(Set.Causes.Signatures.Keys));

    [Fact]
    public void Load_Always_MapsOnlyCausesThatCasesHave() =>
        Assert.Empty(Set.Causes.Signatures.Keys.Except(Set.Cases.SelectMany(one => one.Causes)));

    [Fact]
    public void Load_Always_MapsOnlySignaturesThatExist() =>
        Assert.Empty(Set.Causes.Signatures.Values.SelectMany(ids => ids).Where(id => SignatureCatalogue.Find(id) is null).Distinct());

    [Fact]
    public void Load_ThingsOfKnownCases_StandInTheEvidence()
    {
        // What nobody said, nobody can name.
        var invented = Set.Cases.Where(one => one.Things.Count > 0 && !one.Things.Any(thing => Named(one.Case, thing))).Select(one => one.File);

        Assert.Empty(invented);
    }

    private static string Application(LabelledCase one) => $"{one.Case.Namespace}/{one.Case.Workload}";

    private static bool IsLog(CaseEvidence evidence) => evidence.Kind == EvidenceKind.Log;

    // Short lines are punctuation: "^", "});".
    private static IEnumerable<string> Lines(CaseEvidence evidence) => evidence.Text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 40);

    private static bool Named(DiagnosisCase one, string thing) =>
        one.Image == thing || one.NodeName == thing || one.Evidence.Any(evidence => evidence.Text.Contains(thing, StringComparison.Ordinal));
}

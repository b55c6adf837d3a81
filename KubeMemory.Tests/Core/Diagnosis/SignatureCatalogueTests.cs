using System.Text.RegularExpressions;
using KubeMemory.Core.Diagnosis;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis;

public sealed partial class SignatureCatalogueTests
{
    /// <summary>kubectl verbs that change something in the cluster or in what runs there.</summary>
    private static readonly string[] Changing =
    [
        "annotate", "apply", "autoscale", "cordon", "create", "delete", "drain", "edit", "expose", "label", "patch", "replace", "rollout restart",
        "rollout undo", "rollout pause", "rollout resume", "run", "scale", "set", "taint", "uncordon", "certificate", "debug",
    ];

    public static TheoryData<string> Ids => [.. SignatureCatalogue.All.Select(signature => signature.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Diagnose_OwnSample_IsMainAndNamesTheThing(string id)
    {
        var signature = SignatureCatalogue.Find(id)!;
        Assert.NotEmpty(signature.Samples);

        Assert.All(signature.Samples, sample =>
        {
            var diagnosis = Diagnoser.Default.Diagnose(sample.Case);

            Assert.Equal(id, diagnosis.Main?.Signature.Id);
            Assert.Equal(sample.Thing, diagnosis.Main!.Thing);
            Assert.NotEqual(Verdict.Inconclusive, diagnosis.Verdict);
            Assert.InRange(diagnosis.Confidence, 0.01, 1);
            Assert.NotEmpty(diagnosis.Main.Citations);
            Assert.DoesNotContain("?", diagnosis.Main.Cause, StringComparison.Ordinal);
            Assert.False(Leftover().IsMatch(diagnosis.Main.Cause), diagnosis.Main.Cause);
            Assert.NotEmpty(diagnosis.Main.Steps);
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Diagnose_OwnNearMiss_DoesNotMatchIt(string id)
    {
        var signature = SignatureCatalogue.Find(id)!;
        Assert.NotEmpty(signature.NearMisses);

        Assert.All(signature.NearMisses, sample =>
        {
            var diagnosis = Diagnoser.Default.Diagnose(sample.Case);

            Assert.NotEqual(id, diagnosis.Main?.Signature.Id);
            Assert.DoesNotContain(diagnosis.Explained, finding => finding.Signature.Id == id);
        });
    }

    [Fact]
    public void All_Always_CoversEveryAreaWithMoreThanSixty()
    {
        Assert.InRange(SignatureCatalogue.All.Count, 61, int.MaxValue);
        Assert.Equal(Enum.GetValues<SignatureArea>(), SignatureCatalogue.All.Select(signature => signature.Area).Distinct().Order());
    }

    [Fact]
    public void All_Ids_AreUniqueAndOfOneForm()
    {
        var ids = SignatureCatalogue.All.Select(signature => signature.Id).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ids, id => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Steps_OfEach_ReadFirstAndMarkWhatChanges(string id)
    {
        var signature = SignatureCatalogue.Find(id)!;

        Assert.NotEmpty(signature.Steps);
        Assert.All(signature.Steps, step => Assert.Equal(IsChange(step.Command), step.Changes));
        Assert.Equal(signature.Steps.OrderBy(step => step.Changes), signature.Steps);
        Assert.All(signature.Steps, step => Assert.Matches(@"^[A-Z].*[.]$", step.Text));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Texts_OfEach_AreWholeAndOnTheKubernetesSite(string id)
    {
        var signature = SignatureCatalogue.Find(id)!;

        Assert.Equal("kubernetes.io", signature.Documentation.Host);
        Assert.Equal("https", signature.Documentation.Scheme);
        Assert.False(signature.Title.EndsWith('.'), signature.Title);
        Assert.InRange(signature.Specificity, 0, 100);
        Assert.NotEqual(Verdict.Inconclusive, signature.Verdict);
        Assert.NotEmpty(signature.Types);
        Assert.NotEmpty(signature.Prevention);
        Assert.All(signature.Prevention, sentence => Assert.EndsWith(".", sentence, StringComparison.Ordinal));
    }

    private static bool IsChange(string? command) => command is not null && Array.Exists(Changing, verb => Regex.IsMatch(command, $@"\bkubectl {verb}\b"));

    // What was to be filled in or to fall away; facts may have brackets of their own, like {dedicated: batch} or spec.containers[0].
    [GeneratedRegex(@"\{[a-z_]+\}|\[[^\]]*\{")]
    private static partial Regex Leftover();
}

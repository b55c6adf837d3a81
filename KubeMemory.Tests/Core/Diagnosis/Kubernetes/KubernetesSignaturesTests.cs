using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Diagnosis.Kubernetes;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis.Kubernetes;

public sealed class KubernetesSignaturesTests
{
    public static TheoryData<string> Ids() => [.. KubernetesSignatures.All.Select(signature => signature.Id)];

    [Fact]
    public void All_CoversTheAreas()
    {
        Assert.True(KubernetesSignatures.All.Count >= 45);
        Assert.Equal(KubernetesSignatures.All.Count, KubernetesSignatures.All.Select(s => s.Id).Distinct().Count());
        Assert.Equal(KubernetesSignatures.All.Count, KubernetesSignatures.All.Select(s => s.Title).Distinct().Count());
        SignatureArea[] areas = [SignatureArea.Scheduling, SignatureArea.Images, SignatureArea.Start, SignatureArea.Volumes, SignatureArea.Network, SignatureArea.Node, SignatureArea.Jobs, SignatureArea.Admission];
        Assert.Equal(areas.Order(), KubernetesSignatures.All.Select(s => s.Area).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Diagnose_Sample_NamesTheCauseAndTheThing(string id)
    {
        foreach (var sample in SignatureCatalogue.Find(id)!.Samples)
        {
            AssertFound(id, sample.Thing, sample.Case);
        }
    }

    // As emitters write what repeats, as a pod's state tells it, and with more blanks around it than was said.
    [Theory]
    [MemberData(nameof(Ids))]
    public void Diagnose_SampleInAnotherDress_NamesTheSame(string id)
    {
        foreach (var sample in SignatureCatalogue.Find(id)!.Samples.Where(s => s.Case.Evidence is [{ Kind: EvidenceKind.Event }]))
        {
            var said = sample.Case.Evidence[0];
            AssertFound(id, sample.Thing, sample.Case with { Evidence = [said with { Text = "(combined from similar events): " + said.Text }] });
            AssertFound(id, sample.Thing, sample.Case with { Evidence = [said with { Text = said.Text + "\n" }] });
            AssertFound(id, sample.Thing, sample.Case with { Evidence = [said with { Kind = EvidenceKind.ContainerState }] });
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Diagnose_NearMiss_IsAnotherThing(string id)
    {
        foreach (var miss in SignatureCatalogue.Find(id)!.NearMisses)
        {
            var diagnosis = Diagnoser.Default.Diagnose(miss.Case);

            Assert.NotEqual(id, diagnosis.Main?.Signature.Id);
            Assert.DoesNotContain(diagnosis.Explained, finding => finding.Signature.Id == id);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Signature_HasWhatAPersonNeeds(string id)
    {
        var signature = SignatureCatalogue.Find(id)!;

        Assert.Equal("kubernetes.io", signature.Documentation.Host);
        Assert.NotEmpty(signature.Samples);
        Assert.NotEmpty(signature.NearMisses);
        Assert.NotEmpty(signature.Prevention);
        Assert.NotEmpty(signature.Steps);
        Assert.False(signature.Steps[0].Changes, "the first step looks, it does not touch");
        Assert.All(signature.Steps, step => Assert.Equal(step.Changes, step.Command is { } command && Writes(command)));
        Assert.All(signature.Samples, sample =>
        {
            var diagnosis = Diagnoser.Default.Diagnose(sample.Case);
            Assert.DoesNotContain('?', diagnosis.Main!.Cause);
            Assert.DoesNotContain('[', diagnosis.Main.Cause);
            Assert.NotEmpty(diagnosis.Main.Steps);
            Assert.NotEmpty(diagnosis.Main.Citations);
        });
    }

    private static bool Writes(string command) => new[]
    {
        " edit ", " apply ", " create ", " delete ", " scale ", " set ", " label ", " rollout undo ", " rollout restart ", " cordon ", " uncordon ", " drain ", " exec ", " patch ", " annotate ",
    }.Any(verb => command.Contains(verb, StringComparison.Ordinal));

    private static void AssertFound(string id, string? thing, DiagnosisCase incident)
    {
        var main = Diagnoser.Default.Diagnose(incident).Main;

        Assert.Equal((id, thing), (main?.Signature.Id, main?.Thing));
    }
}

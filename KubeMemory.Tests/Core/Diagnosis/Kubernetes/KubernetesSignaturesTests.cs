using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Diagnosis.Kubernetes;
using KubeMemory.Core.Redaction;
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

    // As emitters write what repeats, as a pod's state tells it, with a blank more than was said, and as it is stored.
    [Theory]
    [MemberData(nameof(Ids))]
    public void Diagnose_SampleInAnotherDress_NamesTheSame(string id)
    {
        foreach (var sample in SignatureCatalogue.Find(id)!.Samples.Where(s => s.Case.Evidence is [{ Kind: EvidenceKind.Event }]))
        {
            var said = sample.Case.Evidence[0];
            AssertFound(id, sample.Thing, sample.Case with { Evidence = [said with { Text = "(combined from similar events): " + said.Text }] });
            AssertFound(id, sample.Thing, sample.Case with { Evidence = [said with { Text = said.Text + "\n" }] });
            AssertFound(id, sample.Thing, sample.Case with { Evidence = [said with { Text = Redactor.Default.Redact(said.Text) }] });
            AssertFound(id, sample.Thing, sample.Case with { Evidence = [said with { Kind = EvidenceKind.ContainerState }] });
        }
    }

    private static void AssertFound(string id, string? thing, DiagnosisCase incident)
    {
        var main = Diagnoser.Default.Diagnose(incident).Main;

        Assert.Equal((id, thing), (main?.Signature.Id, main?.Thing));
    }
}

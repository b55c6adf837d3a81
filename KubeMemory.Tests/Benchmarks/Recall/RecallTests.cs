using KubeMemory.Benchmarks.Recall;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Memory;
using Xunit;

namespace KubeMemory.Tests.Benchmarks.Recall;

/// <summary>The goals of <c>Benchmarks -- recall</c> on half of its held-out wordings, so that a change that loses them is seen at once.</summary>
public sealed class RecallTests
{
    [Fact]
    public async Task Similar_HeldOutWordings_FindsTheSameFaultAgain()
    {
        var token = TestContext.Current.CancellationToken;
        var faults = RecallFaults.Read(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Recall", "faults.txt"), token));
        Assert.True(faults.Count >= 60, $"{faults.Count} faults");
        using var embedding = new LexicalEmbedding();
        await using var corpus = await RecallCorpus.BuildAsync([.. faults.Where((_, i) => i % 2 == 0)], RecallHalf.HeldOut, embedding, Diagnoser.Default, token);

        var run = await RecallRun.HybridAsync(corpus, token);

        Assert.True(run.Reaches, $"{run}");
    }
}

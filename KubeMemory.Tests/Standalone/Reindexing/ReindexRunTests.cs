using Xunit;

namespace KubeMemory.Tests.Standalone.Reindexing;

public sealed class ReindexRunTests
{
    [Theory]
    [InlineData("correct --api", "vectors", "--api", "http://127.0.0.1:1")]
    [InlineData("--api holds 'here'", "graph", "--api", "here")]
    [InlineData("everything", "everything")]
    public async Task Run_WhatCannotBe_IsSaidInASentence(string expected, params string[] args)
    {
        using var home = new TemporaryFolder();
        var (exitCode, _, error) = await StandaloneProcess.RunAsync(home, ["reindex", .. args]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}

using Xunit;

namespace KubeMemory.Tests.Standalone.Import;

public sealed class ImportTests
{
    public static string OwnBundle { get; } = Path.Combine(AppContext.BaseDirectory, "Captures", "own-support-bundle");

    [Fact]
    public async Task Import_Twice_AddsNothingTheSecondTime()
    {
        using var home = new TemporaryFolder();

        var first = await StandaloneProcess.RunAsync(home, "import", OwnBundle, "--data", home.PathOf("data"), "--cluster", "prod");
        var second = await StandaloneProcess.RunAsync(home, "import", OwnBundle, "--data", home.PathOf("data"), "--cluster", "prod");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.StartsWith("prod, as of ", first.Output, StringComparison.Ordinal);
        Assert.Contains(" new", first.Output, StringComparison.Ordinal);
        Assert.Contains("nothing new", second.Output, StringComparison.Ordinal);
        Assert.Equal(Rows(first.Output, "new"), Rows(second.Output, "already known"));
        Assert.NotEmpty(Rows(first.Output, "new"));
    }

    [Fact]
    public async Task Import_OneNamespace_LeavesOutTheOthers()
    {
        using var home = new TemporaryFolder();

        var (exitCode, output, _) = await StandaloneProcess.RunAsync(home, "import", OwnBundle, "--data", home.PathOf("data"), "--namespaces", "kube-system");

        Assert.Equal(0, exitCode);
        Assert.All(Rows(output, "new"), row => Assert.StartsWith("kube-system ", row, StringComparison.Ordinal));
    }

    private static List<string> Rows(string output, string ending) =>
        [.. output.Split('\n').Where(line => line.EndsWith($"  {ending}", StringComparison.Ordinal)).Select(line => line[..^ending.Length].TrimEnd())];
}

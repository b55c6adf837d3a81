using KubeMemory.Simulator.Cli;
using Xunit;

namespace KubeMemory.Tests.Simulator.Cli;

public sealed class SimulatorCommandTests
{
    [Theory]
    [InlineData("", "--scenario NAME")]
    [InlineData("--scenario nonsense", "There is no scenario \"nonsense\"")]
    [InlineData("--load 0", "--load must be at least 1")]
    [InlineData("--load 1 --port 70000", "--port")]
    [InlineData("--load 1 --load-pods 2 --load-workloads 3", "--load-workloads")]
    [InlineData("--load 1 --speed 0", "--speed")]
    [InlineData("--load 1 --tls", "--write-kubeconfig")]
    [InlineData("--load 1 --event-ttl soon", "\"soon\"")]
    [InlineData("--load x", "--load")]
    [InlineData("--load 1 --colour", "--colour")]
    [InlineData("--capture /does/not/exist", "/does/not/exist")]
    public async Task InvokeAsync_BadArguments_IsOneSentenceAndCode2(string arguments, string said)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await SimulatorCommand.InvokeAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error, TestContext.Current.CancellationToken);

        Assert.Equal(2, code);
        Assert.Contains(said, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task InvokeAsync_APortInUse_IsOneSentenceAndCode1()
    {
        await using var cluster = await ServedCluster.StartAsync();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var port = cluster.Server.Address.Port;

        var code = await SimulatorCommand.InvokeAsync(["--load", "1", "--port", $"{port}"], output, error, TestContext.Current.CancellationToken);

        Assert.Equal((1, $"Port {port} is in use; name another with --port, or 0 for a free one."), (code, error.ToString().Trim()));
    }

    [Fact]
    public async Task InvokeAsync_AKubeconfigThatCannotBeWritten_IsOneSentenceAndCode1()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();
        using var error = new StringWriter();

        // A folder stands where the file should go.
        var code = await SimulatorCommand.InvokeAsync(["--load", "1", "--write-kubeconfig", folder.Path], output, error, TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.StartsWith($"The kubeconfig cannot be written to {folder.Path}: ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvokeAsync_AScenario_IsServedUntilItIsStopped()
    {
        using var folder = new TemporaryFolder();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        using var output = new AnnouncedWriter();
        var path = Path.Combine(folder.Path, "config");
        var run = SimulatorCommand.InvokeAsync(["--scenario", "crash-loop", "--speed", "100", "--write-kubeconfig", path], output, error, stop.Token);
        await output.Announced.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.True(File.Exists(path));
        await stop.CancelAsync();
        Assert.Equal(0, await run);
        Assert.Contains($"kubectl --kubeconfig {path}", output.ToString(), StringComparison.Ordinal);
        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task InvokeAsync_Help_NamesTheOptions()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(0, await SimulatorCommand.InvokeAsync(["--help"], output, error, TestContext.Current.CancellationToken));
        Assert.Contains("--write-kubeconfig", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5m", 90)]
    [InlineData("1h", 3600)]
    [InlineData("2d", 172800)]
    [InlineData("0s", null)]
    [InlineData("-1h", null)]
    [InlineData("h", null)]
    [InlineData("10", null)]
    public void Duration_AnyText_IsReadOrRefused(string text, int? seconds) => Assert.Equal(seconds, Duration.Parse(text)?.TotalSeconds);

    private sealed class AnnouncedWriter : StringWriter
    {
        private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Announced => _announced.Task;

        public override Task FlushAsync()
        {
            // The announcement is flushed when it is complete.
            _announced.TrySetResult();
            return base.FlushAsync();
        }
    }
}

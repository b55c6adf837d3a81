using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Standalone.Import;

/// <summary>An import that is cut off, or that meets what is there already.</summary>
public sealed class ImportAgainTests
{
    private static readonly DateTimeOffset T = new(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Looking for failures")]
    [InlineData("Gathering evidence")]
    public async Task Import_KilledAndRepeated_EndsAsAnUndisturbedOne(string stage)
    {
        using var home = new TemporaryFolder();
        var file = Large().WriteTo(home, "large.json");
        var (exitCode, _, error) = await StandaloneProcess.RunAsync(home, "import", file, "--data", home.PathOf("whole"));
        Assert.True(exitCode == 0, error);

        await using (var killed = StandaloneProcess.Start(home, "import", file, "--data", home.PathOf("cut")))
        {
            await killed.WaitForLineAsync(stage);
            await killed.KillAsync();
        }

        Assert.Equal(0, (await StandaloneProcess.RunAsync(home, "import", file, "--data", home.PathOf("cut"))).ExitCode);

        var whole = await ReadAsync(home.PathOf("whole"));
        Assert.Equal(100, whole.Count);
        Assert.Equal(whole, await ReadAsync(home.PathOf("cut")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Import_TwoCapturesOfOneCluster_InEitherOrder_Meet(bool olderFirst)
    {
        using var home = new TemporaryFolder();
        var older = new CaptureFile().Crashing("web", 3, T).BackOff("web", "a", 5, T.AddMinutes(-30), T).WriteTo(home, "older.json");
        var newer = new CaptureFile().Crashing("web", 6, T.AddHours(1))
            .BackOff("web", "a", 9, T.AddMinutes(-30), T.AddHours(1)).BackOff("web", "b", 2, T, T.AddHours(1)).WriteTo(home, "newer.json");

        foreach (var capture in olderFirst ? (string[])[older, newer, older] : [newer, older])
        {
            var (exitCode, _, error) = await StandaloneProcess.RunAsync(home, "import", capture, "--data", home.PathOf("data"), "--cluster", "prod");
            Assert.True(exitCode == 0, error);
        }

        var incident = Assert.Single(await ListAsync(home.PathOf("data")));
        Assert.Equal(("prod", "web", 11L, IncidentStatus.Open), (incident.Cluster, incident.Workload, incident.Occurrences, incident.Status));
        Assert.Equal(T.AddHours(1), incident.LastSeenAt);
        Assert.Equal(6, incident.RestartCount);
    }

    [Fact]
    public async Task Import_OfAnOlderCapture_ReopensNothing()
    {
        using var home = new TemporaryFolder();
        var older = new CaptureFile().Crashing("web", 3, T).BackOff("web", "a", 5, T.AddMinutes(-30), T).WriteTo(home, "older.json");
        var newer = new CaptureFile().Ready("web", 4, T.AddMinutes(5), T.AddMinutes(10)).BackOff("web", "a", 9, T.AddMinutes(-30), T.AddMinutes(5))
            .Crashing("other", 1, T.AddHours(3)).WriteTo(home, "newer.json");

        await StandaloneProcess.RunAsync(home, "import", newer, "--data", home.PathOf("data"), "--cluster", "prod");
        var before = await ReadAsync(home.PathOf("data"));
        await StandaloneProcess.RunAsync(home, "import", older, "--data", home.PathOf("data"), "--cluster", "prod");

        var web = Assert.Single(await ListAsync(home.PathOf("data")), i => i.Workload == "web");
        Assert.Equal((IncidentStatus.Resolved, 9L), (web.Status, web.Occurrences));
        Assert.Equal(before.Count, (await ReadAsync(home.PathOf("data"))).Count);
    }

    [Fact]
    public async Task Import_WhileAnotherProcessHoldsTheFolder_SaysSo()
    {
        using var home = new TemporaryFolder();
        await using var running = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", "http://127.0.0.1:0;http://127.0.0.1:0");
        await running.WaitForAddressAsync("Dashboard");

        var (exitCode, output, error) = await StandaloneProcess.RunAsync(home, "import", ImportTests.OwnBundle, "--data", home.PathOf("data"));

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Single(error.Split('\n'), line => line.Contains("in use by another KubeMemory process", StringComparison.Ordinal));
    }

    private static CaptureFile Large()
    {
        var capture = new CaptureFile();
        for (var pod = 0; pod < 100; pod++)
        {
            // Two pods' names never look like two pods of one workload.
            var name = $"web{pod}";
            capture.Crashing(name, 5, T.AddMinutes(pod));
            for (var series = 0; series < 30; series++)
            {
                capture.BackOff(name, $"{series:x}", 1 + series, T.AddMinutes(-30), T.AddMinutes(pod));
            }
        }

        return capture;
    }

    private static async Task<IReadOnlyList<IncidentSummary>> ListAsync(string data)
    {
        await using var engines = await OpenAsync(data);
        return (await engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200 }, TestContext.Current.CancellationToken)).Results;
    }

    /// <summary>A line an incident, with all that a second import could double or leave out.</summary>
    private static async Task<List<string>> ReadAsync(string data)
    {
        await using var engines = await OpenAsync(data);
        var lines = new List<string>();
        foreach (var one in (await engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200 }, TestContext.Current.CancellationToken)).Results)
        {
            var i = (await engines.Reader.GetAsync(one.Id, TestContext.Current.CancellationToken))!;
            lines.Add($"{i.Workload} {i.IncidentType} {i.Severity} {i.Status} {i.Occurrences} {i.RestartCount} {i.OccurredAt:O} {i.LastSeenAt:O} "
                + $"{string.Join(',', i.Pods.Select(p => p.Name))} {string.Join('|', i.Evidence.Select(e => $"{e.Kind} {e.Title} {e.Text}").Order(StringComparer.Ordinal))} "
                + $"{string.Join('|', i.MissingEvidence)} {i.Activity.Sum(a => a.Occurrences)}");
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static Task<EmbeddedEngines> OpenAsync(string data) =>
        EmbeddedEngines.OpenAsync(data, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
}

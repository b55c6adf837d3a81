using System.Net;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>
/// What goes into the images runs as the manifests have it run: self-contained, as a user without rights, on a read-only file system, with
/// the manifests' environment and the images'.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class PublishedProgramTests(PublishedPrograms programs, PostgresFixture postgres, RedisFixture redis) : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly DeployFolder _deploy = new();
    private readonly TemporaryFolder _home = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _deploy.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task FileSystem_AsTheProgramsSeeIt_HasOneFolderToWriteTo()
    {
        using var data = new TemporaryFolder();
        await using var process = await ReadOnlyProcess.StartAsync(
            "/bin/sh", data, [], "-c", """id -u; for f in / /tmp /var/tmp /dev/shm /home "$0" "$1"; do touch "$f/probe" 2>/dev/null && echo "can write to $f"; done; true""", _home.Path, data.Path);

        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.Equal($"1654\ncan write to {data.Path}", process.Output);
    }

    [Fact]
    public async Task Standalone_AsInItsPod_KeepsEverythingInItsDataFolder()
    {
        using var data = new TemporaryFolder();
        var image = await ImageAsync("KubeMemory.Standalone");
        var environment = await EnvironmentAsync("embedded", image);
        environment["K8S_IN_CLUSTER"] = "false";
        environment["TMPDIR"] = data.Path;

        await using var process = await StartAsync(image, data, environment, [.. image.DefaultArgs.Select(argument => argument == "/data" ? data.Path : AnyPort(argument))]);
        var dashboard = Loopback(await process.WaitForLineAsync("  Dashboard "));
        var api = Loopback(await process.WaitForLineAsync("  API "));

        await AnswersAsync(new Uri(api, "/alive"), HttpStatusCode.OK);
        await AnswersAsync(new Uri(api, "/health"), HttpStatusCode.OK);
        // A page with a form: its token needs the key ring.
        await AnswersAsync(new Uri(dashboard, "/login"), HttpStatusCode.OK);
        await EndsWithoutAComplaintAsync(process);
        Assert.True(File.Exists(data.PathOf("kubememory.db")));
        Assert.NotEmpty(Directory.GetFiles(data.PathOf("keys"), "*.xml"));
    }

    [Theory]
    [InlineData("KubeMemory.Watcher")]
    [InlineData("KubeMemory.Api")]
    [InlineData("KubeMemory.Web")]
    public async Task Service_EnginesAreNotThereYet_LivesAndWaits(string project)
    {
        var image = await ImageAsync(project);
        var environment = await EnvironmentAsync("distributed", image);
        environment["K8S_IN_CLUSTER"] = "false";
        // Ports that nobody listens on.
        environment["ConnectionStrings__postgres"] = "Host=127.0.0.1;Port=1;Username=kubememory;Password=x;Database=kubememory";
        environment["ConnectionStrings__redis"] = "127.0.0.1:1,password=x";

        await using var process = await StartAsync(image, null, environment);
        var address = Loopback(await process.WaitForLineAsync("Now listening on: "));

        await AnswersAsync(new Uri(address, "/alive"), HttpStatusCode.OK);
        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.DoesNotContain("Read-only file system", process.Output + process.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KubeMemory.Watcher")]
    [InlineData("KubeMemory.Api")]
    [InlineData("KubeMemory.Web")]
    public async Task Service_EnginesAnswer_IsReadyAndWritesNothing(string project)
    {
        using var state = new ClusterState(TimeProvider.System);
        await using var cluster = await SimulatorServer.StartAsync(state, ct: Cancelled);
        PublishedPrograms.OpenToAll(_home.Path);
        var image = await ImageAsync(project);
        var environment = await EnvironmentAsync("distributed", image);
        environment["K8S_IN_CLUSTER"] = "false";
        environment["K8S_KUBECONFIG_PATH"] = cluster.WriteKubeconfig(_home.PathOf("kubeconfig"));
        File.SetUnixFileMode(_home.PathOf("kubeconfig"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        environment["ConnectionStrings__postgres"] = await postgres.NewDatabaseAsync();
        environment["ConnectionStrings__redis"] = await redis.NewDatabaseAsync();
        environment.Remove("ConnectionStrings__neo4j");
        environment.Remove("ConnectionStrings__chroma");

        await using var process = await StartAsync(image, null, environment);
        var address = Loopback(await process.WaitForLineAsync("Now listening on: "));

        await AnswersAsync(new Uri(address, "/health"), HttpStatusCode.OK);
        if (project == "KubeMemory.Web")
        {
            await AnswersAsync(new Uri(address, "/login"), HttpStatusCode.OK);
        }

        await EndsWithoutAComplaintAsync(process);
    }

    private static async Task<ContainerProperties> ImageAsync(string project) => (await ContainerProperties.ReadAllAsync()).Single(image => image.Project == project);

    /// <summary>What the image brings, and the manifest over it.</summary>
    private async Task<Dictionary<string, string>> EnvironmentAsync(string overlay, ContainerProperties image)
    {
        var manifests = await _deploy.RenderAsync(overlay);
        var container = PodRun.Of(manifests).SelectMany(run => run.Containers).Single(c => c.Image.Split(':')[0] == image.Repository);
        return image.Environment.Concat(manifests.EnvironmentOf(container))
            .GroupBy(variable => variable.Key)
            .ToDictionary(same => same.Key, same => AnyPort(same.Last().Value));
    }

    private async Task<ReadOnlyProcess> StartAsync(ContainerProperties image, TemporaryFolder? data, Dictionary<string, string> environment, params IEnumerable<string> arguments) =>
        await ReadOnlyProcess.StartAsync(await programs.PublishAsync(image.Project, Cancelled), data, environment, arguments);

    /// <summary>As wide as in the pod, but on ports that are free here: <c>http://+:8000</c> becomes <c>http://+:0</c>.</summary>
    private static string AnyPort(string listen) => Port().Replace(listen, "http://+:0");

    [GeneratedRegex(@"http://\+:\d+")]
    private static partial Regex Port();

    // "Now listening on: http://[::]:39563", "  API        http://localhost:41215/api/incidents/"
    private static Uri Loopback(string line) => new UriBuilder(line.Split(' ')[^1]) { Host = "127.0.0.1", Path = "/" }.Uri;

    /// <summary>Once it does: an engine may take a moment.</summary>
    private static async Task AnswersAsync(Uri address, HttpStatusCode wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        HttpStatusCode? last = null;
        try
        {
            do
            {
                using var response = await Http.GetAsync(address, patience.Token);
                last = response.StatusCode;
            }
            while (last != wanted && await timer.WaitForNextTickAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            Assert.Fail($"{address} answers {last}, not {wanted}.");
        }
    }

    private static async Task EndsWithoutAComplaintAsync(ReadOnlyProcess process)
    {
        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync());
        var said = process.Output + process.Error;
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        Assert.DoesNotContain("error:", said, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", said, StringComparison.Ordinal);
    }
}

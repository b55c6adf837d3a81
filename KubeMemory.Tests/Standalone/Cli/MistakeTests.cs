using System.Net;
using System.Net.Sockets;
using KubeMemory.Tests.Standalone.Hosting;
using Xunit;

namespace KubeMemory.Tests.Standalone.Cli;

/// <summary>What a user does wrong gets one sentence and a non-zero exit, soon.</summary>
public sealed class MistakeTests
{
    private const string FreePorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    [Fact]
    public async Task KubeconfigIsMissing() => await AssertOneSentenceAsync("nowhere.yaml", "--kubeconfig", "nowhere.yaml");

    [Fact]
    public async Task KubeconfigIsNoYaml()
    {
        using var home = new TemporaryFolder();
        await AssertOneSentenceAsync(home, "broken.yaml", "--kubeconfig", home.Write("broken.yaml", "clusters: [\n\t}{"));
    }

    [Fact]
    public async Task KubeconfigOfTheHomeFolderIsNoYaml()
    {
        using var home = new TemporaryFolder();
        home.Write(".kube/config", "clusters: [\n\t}{");
        await AssertOneSentenceAsync(home, "not valid YAML");
    }

    [Fact]
    public async Task ContextIsUnknown()
    {
        using var home = new TemporaryFolder();
        await AssertOneSentenceAsync(home, "prodd", "--kubeconfig", home.Write("config", Kubeconfigs.Of("http://127.0.0.1:1")), "--context", "prodd");
    }

    [Fact]
    public async Task NamespaceIsNone() => await AssertOneSentenceAsync("No_Such", "--namespaces", "No_Such");

    [Theory]
    [InlineData("--kubeconfig", "~/nowhere", "/nowhere does not exist: correct --kubeconfig")]
    [InlineData("--context", "prodd", "--kubeconfig or K8S_KUBECONFIG_PATH")]
    [InlineData("--namespaces", "shop,No_Such", "--namespaces holds 'No_Such'")]
    [InlineData("--urls", "http://127.0.0.1:7;http://localhost:7", "--urls gives port 7")]
    [InlineData("--urls", "http://me@127.0.0.1:7", "no plain http address")]
    public async Task SettingIsNamedAsTheUserDid(string option, string value, string expected) => await AssertOneSentenceAsync(expected, option, value);

    [Theory]
    [InlineData("K8S_NAMESPACES", "No_Such", "K8S_NAMESPACES holds")]
    [InlineData("K8S_KUBECONFIG_PATH", "/nowhere", "correct K8S_KUBECONFIG_PATH")]
    [InlineData("K8S_WATCH_TIMEOUT", "soon", "K8S_WATCH_TIMEOUT is 'soon'")]
    [InlineData("KubeMemory__Incidents__ReopenWithin", "soon", "KubeMemory:Incidents:ReopenWithin")]
    [InlineData("KubeMemory__Incidents__ReopenWithin", "-1", "longer than zero")]
    [InlineData("KubeMemory__Incidents__ReopenIn", "1", "no setting 'ReopenIn'")]
    public async Task VariableIsNamedAsTheUserDid(string name, string value, string expected)
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, [(name, value)], "--data", home.PathOf("data"), "--urls", FreePorts);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Contains(expected, Assert.Single(process.Error.Split('\n')), StringComparison.Ordinal);
        Assert.Equal("", process.Output);
    }

    [Fact]
    public async Task ImportedNamespaceIsNone()
    {
        using var home = new TemporaryFolder();
        await AssertOneSentenceAsync(home, "--namespaces holds 'No_Such'", "import", Import.ImportTests.OwnBundle, "--namespaces", "No_Such");
    }

    [Fact]
    public async Task DemoIsGivenNamespaces() => await AssertOneSentenceAsync("--demo", "--demo", "--namespaces", "shop");

    [Fact]
    public async Task AddressIsNotOfThisMachine() => await AssertOneSentenceAsync("this machine only", "--urls", "http://0.0.0.0:8000");

    [Theory]
    [InlineData("KubeMemory__Access__Mode", "Everybody", "KubeMemory__Access__Mode is 'Everybody'; use Local, ApiKey, OpenIdConnect.")]
    [InlineData("KubeMemory__Access__Mode", "ApiKey", "KubeMemory:Access:Keys is empty")]
    [InlineData("KubeMemory__Access__WritesPerMinute", "0", "KubeMemory:Access:WritesPerMinute is 0")]
    public async Task AccessMakesNoSense(string name, string value, string expected)
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, [(name, value)], "--data", home.PathOf("data"), "--urls", FreePorts);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Contains(expected, Assert.Single(process.Error.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortIsInUse()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await AssertOneSentenceAsync($"Port {port}, for the dashboard,", "--urls", $"http://127.0.0.1:0;http://127.0.0.1:{port}");
        await AssertOneSentenceAsync($"Port {port}, for the API,", "--urls", $"http://localhost:{port};http://127.0.0.1:0");
    }

    [Fact]
    public async Task DataFileIsDamaged()
    {
        using var home = new TemporaryFolder();
        var data = home.PathOf("data");
        Assert.Equal(0, (await StandaloneProcess.RunAsync(home, "import", Import.ImportTests.OwnBundle, "--data", data)).ExitCode);
        foreach (var file in Directory.GetFiles(data, "*.db*"))
        {
            File.WriteAllText(file, new string('x', 20_000));
        }

        await AssertOneSentenceAsync(home, data, "--data", data);
        await AssertOneSentenceAsync(home, data, "import", Import.ImportTests.OwnBundle, "--data", data);
    }

    [Fact]
    public async Task DataFolderIsInUse()
    {
        using var home = new TemporaryFolder();
        await using var first = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts);
        await first.WaitForAddressAsync("Dashboard");

        await AssertOneSentenceAsync(home, home.PathOf("data"), "--data", home.PathOf("data"), "--urls", FreePorts);
    }

    [Fact]
    public async Task DataFolderIsAFile()
    {
        using var home = new TemporaryFolder();
        await AssertOneSentenceAsync(home, "file", "--data", home.Write("file", "x"));
    }

    [Fact]
    public async Task CaptureIsMissing() => await AssertOneSentenceAsync("nowhere", "import", "nowhere");

    [Fact]
    public async Task CaptureIsNone()
    {
        using var home = new TemporaryFolder();
        await AssertOneSentenceAsync(home, "notes.json", "import", home.Write("notes.json", "{}"));
    }

    private static async Task AssertOneSentenceAsync(string expected, params string[] args)
    {
        using var home = new TemporaryFolder();
        await AssertOneSentenceAsync(home, expected, args);
    }

    private static async Task AssertOneSentenceAsync(TemporaryFolder home, string expected, params string[] args)
    {
        string[] all = args.Contains("import") || args.Contains("--urls") ? args : [.. args, "--urls", FreePorts];
        all = all.Contains("--data") ? all : [.. all, "--data", home.PathOf("unused")];

        var (exitCode, output, error) = await StandaloneProcess.RunAsync(home, all);

        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        var sentence = Assert.Single(error.Split('\n'), line => !line.EndsWith(" …", StringComparison.Ordinal));
        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }
}

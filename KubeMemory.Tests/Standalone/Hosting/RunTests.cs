using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Xunit;

namespace KubeMemory.Tests.Standalone.Hosting;

public sealed class RunTests
{
    private const string FreePorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_ShowsAnIncidentLive_AndEndsSoonWhateverIsConnected()
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, "--demo", "--demo-speed", "20", "--data", home.PathOf("data"), "--urls", FreePorts);
        using var dashboard = new HttpClient { BaseAddress = await process.WaitForAddressAsync("Dashboard") };
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };

        using var stream = await api.GetStreamAsync(new Uri("/api/incidents/stream", UriKind.Relative), Cancelled);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(api.BaseAddress!) { Scheme = "ws", Path = "/ws/incidents/" }.Uri, Cancelled);
        var incidents = await WaitForIncidentsAsync(api);
        var page = await dashboard.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);

        Assert.Contains(incidents, i => (string?)i!["cluster"] == "demo");
        Assert.Contains("KubeMemory", page, StringComparison.Ordinal);
        Assert.True(Directory.Exists(home.PathOf("data/demo")));

        var clock = Stopwatch.StartNew();
        process.Interrupt();
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        Assert.Equal("", process.Error);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutKubeconfig_DashboardOpensAndConsoleSaysWhatToDo()
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts);

        using var dashboard = new HttpClient { BaseAddress = await process.WaitForAddressAsync("Dashboard") };
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };
        Assert.Contains("no kubeconfig", await process.WaitForLineAsync("Watching"), StringComparison.Ordinal);
        Assert.Contains("--demo", await process.WaitForLineAsync("Try"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await dashboard.GetAsync(new Uri("/", UriKind.Relative), Cancelled)).StatusCode);
        var status = JsonNode.Parse(await api.GetStringAsync(new Uri("/api/status", UriKind.Relative), Cancelled))!;
        Assert.Contains("kubeconfig", (string?)status["clusters"]![0]!["last_error"], StringComparison.Ordinal);
        Assert.Equal("disconnected", (string?)status["clusters"]![0]!["state"]);
    }

    [Fact]
    public async Task WithUnreachableCluster_StaysUpAndSaysWhy()
    {
        using var home = new TemporaryFolder();
        var kubeconfig = home.Write("config", Kubeconfigs.Of("http://127.0.0.1:1"));
        await using var process = StandaloneProcess.Start(home, "--kubeconfig", kubeconfig, "--data", home.PathOf("data"), "--urls", FreePorts);

        await process.WaitForLineAsync($"Loaded kubeconfig from {kubeconfig}");
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };

        Assert.Contains("127.0.0.1:1", await process.WaitForLineAsync("Watching"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(new Uri("/health", UriKind.Relative), Cancelled)).StatusCode);
    }

    [Fact]
    public async Task Assets_OfTheDashboard_AreServed()
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts);
        using var dashboard = new HttpClient { BaseAddress = await process.WaitForAddressAsync("Dashboard") };

        foreach (var asset in (string[])["/_framework/blazor.web.js", "/_content/MudBlazor/MudBlazor.min.css"])
        {
            var response = await dashboard.GetAsync(new Uri(asset, UriKind.Relative), Cancelled);
            Assert.True(response.IsSuccessStatusCode, $"{asset}: {response.StatusCode}");
        }
    }

    [Theory]
    [InlineData("SIGINT", 0)]
    [InlineData("SIGTERM", 0)]
    [InlineData("SIGINT twice", 130)]
    public async Task Signal_WithACircuitOpen_EndsItSoon(string signal, int exitCode)
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts);
        var dashboard = await process.WaitForAddressAsync("Dashboard");
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };
        await process.WaitForLineAsync("Ctrl+C");
        using var circuit = new ClientWebSocket();
        await circuit.ConnectAsync(new UriBuilder(dashboard) { Scheme = "ws", Path = "/_blazor" }.Uri, Cancelled);
        await circuit.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        await circuit.ReceiveAsync(new byte[16], Cancelled);
        using var stream = await api.GetStreamAsync(new Uri("/api/incidents/stream", UriKind.Relative), Cancelled);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(api.BaseAddress!) { Scheme = "ws", Path = "/ws/incidents/" }.Uri, Cancelled);

        var clock = Stopwatch.StartNew();
        if (signal == "SIGTERM")
        {
            process.Terminate();
        }
        else
        {
            process.Interrupt();
        }

        if (signal.EndsWith("twice", StringComparison.Ordinal))
        {
            process.Interrupt();
        }

        // Whether the second press comes before the end or after it is the machine's affair.
        var ended = await process.WaitForExitAsync();
        Assert.True(ended == exitCode || (exitCode != 0 && ended == 0), $"It ended with {ended}.");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        Assert.Equal("", process.Error);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BehindAProxy_TheDashboardAndTheDemoAreReachedDirectly()
    {
        using var home = new TemporaryFolder();
        const string nobody = "http://127.0.0.1:1";
        await using var process = StandaloneProcess.Start(
            home, [("HTTP_PROXY", nobody), ("HTTPS_PROXY", nobody), ("NO_PROXY", "")], "--demo", "--demo-speed", "20", "--data", home.PathOf("data"), "--urls", FreePorts);

        using var dashboard = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = await process.WaitForAddressAsync("Dashboard") };
        using var api = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = await process.WaitForAddressAsync("API") };

        var incidents = await WaitForIncidentsAsync(api);
        var page = await dashboard.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);

        Assert.Contains((string)incidents[0]!["workload"]!, page, StringComparison.Ordinal);
        Assert.DoesNotContain("Waiting for the KubeMemory API", process.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonArray> WaitForIncidentsAsync(HttpClient api)
    {
        using var stream = new StreamReader(await api.GetStreamAsync(new Uri("/api/incidents/stream", UriKind.Relative), Cancelled));
        while (true)
        {
            var page = JsonNode.Parse(await api.GetStringAsync(new Uri("/api/incidents/", UriKind.Relative), Cancelled))!;
            if (page["results"]!.AsArray() is { Count: > 0 } incidents)
            {
                return incidents;
            }

            // Registered before the list was read: a change is either in the list or on the stream.
            while (await stream.ReadLineAsync(Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancelled) is { } line && !line.StartsWith("data:", StringComparison.Ordinal))
            {
            }
        }
    }
}

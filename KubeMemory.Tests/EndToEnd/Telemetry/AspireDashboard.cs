using System.Globalization;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Telemetry;

/// <summary>The real Aspire dashboard, as eng/aspire-dashboard.sh starts it.</summary>
internal sealed class AspireDashboard : ServerProcess
{
    private static readonly HttpClient Http = new();

    private readonly string _script;
    private readonly int _grpc = FreePort();
    private readonly int _http = FreePort();

    private AspireDashboard(string script) => _script = script;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"));

    /// <summary>Where OTLP over gRPC goes.</summary>
    public override string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_grpc}");

    /// <summary>Skips the test where it is not installed, or fails it where the engines are required.</summary>
    public static async Task<AspireDashboard> StartNewAsync()
    {
        var script = Path.Combine(Root(), "eng", "aspire-dashboard.sh");
        if (!Directory.Exists(Path.Combine(Root(), "eng", "aspire-dashboard", "node_modules", "@microsoft")))
        {
            const string Missing = "The Aspire dashboard is not installed; eng/install-test-engines.sh installs it.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("KUBEMEMORY_REQUIRE_ENGINES") == "1", Missing);
            Assert.Fail(Missing);
        }

        var dashboard = new AspireDashboard(script);
        await dashboard.StartAsync(TestContext.Current.CancellationToken);
        return dashboard;
    }

    /// <summary>By SIGTERM: it ends the program that it has started itself.</summary>
    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        await base.DisposeAsync();
    }

    protected override IReadOnlyList<string> Command() => ["bash", _script, "--port", Text(Port), "--otlp-grpc-port", Text(_grpc), "--otlp-http-port", Text(_http)];

    protected override async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        using var reply = await Http.GetAsync(new Uri(Address, "/traces"), cancellationToken);
        return reply.IsSuccessStatusCode;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}

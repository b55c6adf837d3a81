using System.Globalization;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>Chroma from the npm package that the tests' package.json pins; eng/install-test-engines.sh puts it there.</summary>
internal sealed class ChromaServer : ServerProcess
{
    private static readonly string? Program = Find();
    private static readonly HttpClient Http = new();

    private ChromaServer()
    {
    }

    public static bool Installed => Program is not null;

    public override string ConnectionString => "Endpoint=" + Address;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"));

    public static async Task<ChromaServer> StartNewAsync(CancellationToken cancellationToken)
    {
        var server = new ChromaServer();
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>It ignores SIGTERM; its data survives SIGKILL.</summary>
    public override Task StopAsync() => KillAsync();

    /// <summary>Everything it remembers; while it is stopped.</summary>
    public void DropData() => Directory.Delete(Path.Combine(Folder, "data"), recursive: true);

    protected override IReadOnlyList<string> Command() =>
        ["node", Program!, "run", "--path", Path.Combine(Folder, "data"), "--host", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture)];

    protected override async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        using var reply = await Http.GetAsync(new Uri(Address, "/api/v2/heartbeat"), cancellationToken);
        return reply.IsSuccessStatusCode;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
            {
                var program = Path.Combine(folder.FullName, "eng", "engines", "node_modules", "chromadb", "dist", "cli.mjs");
                return File.Exists(program) ? program : null;
            }
        }

        return null;
    }
}

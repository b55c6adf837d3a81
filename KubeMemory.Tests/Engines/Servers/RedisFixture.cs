using KubeMemory.Tests.Engines.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(RedisFixture))]

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>One Redis for all tests that leave it running; it is started by the first who asks.</summary>
public sealed class RedisFixture : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<RedisServer>? _server;

    /// <summary>Where there is no redis-server the test is skipped, or fails where the engines are required.</summary>
    public static void RequireBinary()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "redis-server"))))
        {
            const string Missing = "redis-server is not on the PATH: run eng/install-test-engines.sh.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("KUBEMEMORY_REQUIRE_ENGINES") != "1", Missing);
            Assert.Fail(Missing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await (await server).DisposeAsync();
        }
    }

    /// <summary>The connection string of a database that nobody else uses.</summary>
    internal async Task<string> NewDatabaseAsync()
    {
        RequireBinary();
        Task<RedisServer> server;
        lock (_gate)
        {
            server = _server ??= RedisServer.StartNewAsync(CancellationToken.None);
        }

        return (await server).NewDatabase();
    }
}

using KubeMemory.Tests.Engines.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>One PostgreSQL for all tests that leave it running; it is started by the first who asks.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<PostgresServer>? _server;

    /// <summary>Where there is no postgres the test is skipped, or fails where the engines are required.</summary>
    public static void RequireBinary()
    {
        if (!PostgresServer.Installed)
        {
            const string Missing = "No PostgreSQL below /usr/lib/postgresql: run eng/install-test-engines.sh.";
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

    /// <summary>The connection string of an empty database that nobody else uses.</summary>
    internal async Task<string> NewDatabaseAsync()
    {
        RequireBinary();
        Task<PostgresServer> server;
        lock (_gate)
        {
            server = _server ??= PostgresServer.StartNewAsync(CancellationToken.None);
        }

        return await (await server).CreateDatabaseAsync(CancellationToken.None);
    }
}

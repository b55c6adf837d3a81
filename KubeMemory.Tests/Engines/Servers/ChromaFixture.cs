using KubeMemory.Tests.Engines.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(ChromaFixture))]

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>One Chroma for the whole run, started by the first test that asks for it: every test makes spaces of its own in it.</summary>
public sealed class ChromaFixture : IAsyncDisposable
{
    private readonly Lazy<Task<ChromaServer>> _server = new(() => ChromaServer.StartNewAsync(CancellationToken.None));

    /// <summary>Skips the test where Chroma is not installed, or fails it where the engines are required.</summary>
    internal Task<ChromaServer> SharedAsync()
    {
        Require();
        return _server.Value;
    }

    /// <summary>A server of the caller's own, to be stopped and emptied.</summary>
    internal static Task<ChromaServer> OwnAsync()
    {
        Require();
        return ChromaServer.StartNewAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    /// <summary>Where there is no Chroma the test is skipped, or fails where the engines are required.</summary>
    internal static void Require()
    {
        if (!ChromaServer.Installed)
        {
            const string Missing = "Chroma is not installed; eng/install-test-engines.sh installs it.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("KUBEMEMORY_REQUIRE_ENGINES") == "1", Missing);
            Assert.Fail(Missing);
        }
    }
}

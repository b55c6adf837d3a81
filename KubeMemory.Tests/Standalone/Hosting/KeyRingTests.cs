using System.Net;
using KubeMemory.Tests.Engines.KeyRing;
using Xunit;

namespace KubeMemory.Tests.Standalone.Hosting;

public sealed class KeyRingTests
{
    private const string FreePorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_KeepsOneKeyForItsHostsInTheDataFolder()
    {
        using var home = new TemporaryFolder();
        await using (var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts))
        {
            using var dashboard = new HttpClient { BaseAddress = await process.WaitForAddressAsync("Dashboard") };
            await process.WaitForLineAsync("Ctrl+C");
            Assert.Equal(HttpStatusCode.OK, (await dashboard.GetAsync(new Uri("/health", UriKind.Relative), Cancelled)).StatusCode);
            process.Interrupt();
            Assert.Equal(0, await process.WaitForExitAsync());
            Assert.DoesNotContain("key", process.Output, StringComparison.OrdinalIgnoreCase);
        }

        var folder = home.PathOf("data/keys");
        Assert.Equal("700", FileModes.Of(folder));
        Assert.Equal("600", FileModes.Of(Assert.Single(Directory.GetFiles(folder))));
        Assert.False(Directory.Exists(home.PathOf(".local/share/kubememory/keys")));
    }

    [Fact]
    public async Task Run_CertificateOfAForeignPassword_IsOneSentence()
    {
        using var home = new TemporaryFolder();
        var path = TestCertificates.Pfx(home, "ring.pfx");
        await using var process = StandaloneProcess.Start(
            home,
            [("KubeMemory__KeyRing__CertificatePath", path), ("KubeMemory__KeyRing__CertificatePassword", "wrong secret")],
            "--data",
            home.PathOf("data"),
            "--urls",
            FreePorts);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Equal(
            $"KubeMemory:KeyRing:CertificatePath is {path}, which is not opened by its password: correct KubeMemory:KeyRing:CertificatePassword.",
            process.Error);
    }
}

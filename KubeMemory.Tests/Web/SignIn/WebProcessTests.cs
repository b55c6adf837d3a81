using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

/// <summary>The dashboard as a process of its own.</summary>
public class WebProcessTests
{
    [Fact]
    public async Task SignIn_ByTheLinkOfTheConsole_HoldsAtTheOtherProcessAndAfterARestart()
    {
        using var home = new TemporaryFolder();
        await using var api = await FakeApi.StartAsync();
        await using var other = Start(home, api);
        await using var first = Start(home, api);
        var link = await LinkAsync(first);
        var elsewhere = await LinkAsync(other);
        using var client = new DashboardClient(link);
        Assert.Null(await client.WhoAsync());

        (await client.GetAsync(link.PathAndQuery)).Dispose();
        Assert.Equal("local operator", await client.WhoAsync());
        Assert.Equal("local operator", await WhoAtAsync(elsewhere));
        await first.KillAsync();
        await using var again = Start(home, api);
        Assert.Equal("local operator", await WhoAtAsync(await LinkAsync(again)));

        // The link is on the console once, and in no line of the log.
        Assert.Single(first.Output.Split('\n'), line => line.Contains(link.Query, StringComparison.Ordinal));

        async Task<string?> WhoAtAsync(Uri address)
        {
            using var visitor = new DashboardClient(address);
            visitor.Cookies.Add(address, client.Cookies.GetCookies(link));
            return await visitor.WhoAsync();
        }
    }

    private static ProgramProcess Start(TemporaryFolder home, FakeApi api) =>
        ProgramProcess.Start("KubeMemory.Web", home, [("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("KubeMemory__ApiAddress", api.Address.AbsoluteUri)]);

    // Sign in at http://127.0.0.1:39563/login?t=… to make changes; the link works once.
    private static async Task<Uri> LinkAsync(ProgramProcess process) => new((await process.WaitForLineAsync("Sign in at ")).Split(' ')[3]);
}

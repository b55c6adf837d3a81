using System.Net;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.ServiceDefaults.Access;

/// <summary>Whatever says where to listen, mode Local opens nothing that another machine reaches.</summary>
public sealed class WideListeningTests
{
    private const string Refusal = "can be reached from other machines";

    [Theory]
    [InlineData("ASPNETCORE_URLS=http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_URLS=http://+:0")]
    [InlineData("ASPNETCORE_URLS=http://*:0")]
    [InlineData("ASPNETCORE_URLS=http://[::]:0")]
    [InlineData("ASPNETCORE_URLS=http://[::ffff:0.0.0.0]:0")]
    [InlineData("ASPNETCORE_URLS=http://kubememory.example.com:0")]
    [InlineData("ASPNETCORE_URLS=http://localhost.example.com:0")]
    [InlineData("ASPNETCORE_URLS=http://127.0.0.1:0;http://0.0.0.0:0")]
    [InlineData("URLS=http://0.0.0.0:0")]
    [InlineData("Kestrel__Endpoints__Wide__Url=http://*:0")]
    [InlineData("ASPNETCORE_URLS=http://0.0.0.0:0", "KubeMemory__Access__Mode=Local")]
    public async Task Program_ThatWouldListenWider_EndsWithOneSentence(params string[] settings)
    {
        using var home = new TemporaryFolder();
        await using var web = Start(home, settings);

        Assert.Equal(1, await web.WaitForExitAsync());
        var sentence = Assert.Single(web.Error.Split('\n'));
        Assert.Contains(Refusal, sentence, StringComparison.Ordinal);
        Assert.Contains("KubeMemory:Access:Mode", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", web.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WithAModeChosen_ListensWider()
    {
        using var home = new TemporaryFolder();
        await using var web = Start(home, ["ASPNETCORE_URLS=http://0.0.0.0:0", "KubeMemory__Access__Mode=ApiKey", .. TestKeys.Settings.Select(one => $"{one.Key.Replace(":", "__", StringComparison.Ordinal)}={one.Value}")]);
        var port = new Uri((await web.WaitForLineAsync("Now listening on: http://0.0.0.0:")).Split(' ')[^1]).Port;

        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/alive"), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Program_WithPortsAlone_ListensOnThisMachine()
    {
        using var home = new TemporaryFolder();
        await using var web = Start(home, ["ASPNETCORE_HTTP_PORTS=0", "ASPNETCORE_URLS=http://localhost:0;http://127.0.0.1:0", "KubeMemory__Access__KeyFile=" + home.PathOf("key")]);

        // "Dynamic port binding is not supported when binding to localhost": the sentence is Kestrel's, the point is that no port of everybody's was opened.
        await web.WaitForExitAsync();
        Assert.DoesNotContain("Now listening on: http://[::]", web.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WithAMistakenSetting_EndsWithOneSentence()
    {
        using var home = new TemporaryFolder();
        await using var web = Start(home, ["ASPNETCORE_URLS=http://127.0.0.1:0", "KubeMemory__Access__Mode=ApiKey"]);

        Assert.Equal(1, await web.WaitForExitAsync());
        Assert.Contains("KubeMemory:Access:ServiceKey is missing", web.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WhoseKeyFileCannotBeMade_EndsWithOneSentence()
    {
        using var home = new TemporaryFolder();
        await using var web = Start(home, ["ASPNETCORE_URLS=http://127.0.0.1:0", $"KubeMemory__Access__KeyFile={home.Write("file", "")}/api-key"]);

        Assert.Equal(1, await web.WaitForExitAsync());
        Assert.Contains("KubeMemory:Access:KeyFile", Assert.Single(web.Error.Split('\n')), StringComparison.Ordinal);
    }

    public static TheoryData<Action<KestrelServerOptions>, bool> Endpoints => new()
    {
        { kestrel => kestrel.ListenAnyIP(0), false },
        { kestrel => kestrel.Listen(IPAddress.Any, 0), false },
        { kestrel => kestrel.Listen(IPAddress.IPv6Any, 0), false },
        { kestrel => kestrel.Listen(IPAddress.Parse("192.0.2.1"), 0), false },
        { kestrel => kestrel.ListenHandle(0), false },
        { kestrel => kestrel.Listen(IPAddress.Loopback, 0), true },
        { kestrel => kestrel.Listen(IPAddress.Parse("127.0.0.53"), 0), true },
        { kestrel => kestrel.ListenUnixSocket(Path.Combine(Path.GetTempPath(), $"kubememory-test-{Guid.NewGuid():N}.sock")), true },
    };

    [Theory]
    [MemberData(nameof(Endpoints), DisableDiscoveryEnumeration = true)]
    public async Task Endpoint_InCode_IsHeldToTheSame(Action<KestrelServerOptions> configure, bool starts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration[LocalAccess.KeyFile.Key] = LocalAccess.KeyFile.Value;
        builder.WebHost.ConfigureKestrel(configure);
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.UseKubeMemoryAccess();

        var fault = await Record.ExceptionAsync(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(starts, fault is null);
        if (!starts)
        {
            Assert.Contains(Refusal, Assert.IsType<OptionsValidationException>(fault).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Transport_RegisteredAfterTheGuard_IsAFault()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults();
        builder.WebHost.UseSockets();
        using IDisposable app = builder.Build();

        Assert.Throws<InvalidOperationException>(() => ((WebApplication)app).UseKubeMemoryAccess());
    }

    private static ProgramProcess Start(TemporaryFolder home, IEnumerable<string> settings) => ProgramProcess.Start(
        "KubeMemory.Web", home, settings.Select(one => one.Split('=', 2)).Select(pair => (pair[0], pair[1])));
}

using System.Net;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

/// <summary>Behind a reverse proxy, in a mode that asks everybody who they are.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("10.0.0.7", "10.0.0.0/24", "203.0.113.9", "https", "203.0.113.9 https")]
    [InlineData("10.0.0.7", "10.0.0.7", "203.0.113.9", "https", "203.0.113.9 https")]
    // What the caller wrote before the proxy did is the caller's.
    [InlineData("10.0.0.7", "10.0.0.7", "127.0.0.1, 203.0.113.9", "https", "203.0.113.9 https")]
    [InlineData("10.0.0.7", "10.0.0.0/24", "203.0.113.9, 10.0.0.8", "https, https", "203.0.113.9 https")]
    [InlineData("192.0.2.1", "10.0.0.7", "203.0.113.9", "https", "192.0.2.1 http")]
    [InlineData("10.0.0.7", null, "203.0.113.9", "https", "10.0.0.7 http")]
    public async Task Forwarded_IsBelievedOfTrustedProxiesAlone(string remote, string? trusted, string forwarded, string scheme, string expected)
    {
        await using var app = await StartAsync(trusted is null ? [] : [("KubeMemory:Access:TrustedProxies:0", trusted)]);

        var answer = await SendAsync(app, context =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
            context.Request.Headers.Append("X-Forwarded-For", forwarded);
            context.Request.Headers.Append("X-Forwarded-Proto", scheme);
        });

        Assert.Equal(expected, await new StreamReader(answer.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected.EndsWith("https", StringComparison.Ordinal), answer.Response.Headers.StrictTransportSecurity.Count > 0);
    }

    [Theory]
    [InlineData("10.1.2.3:8000", 200)]
    [InlineData("[fd00::1]:8000", 200)]
    [InlineData("memory.example.com", 200)]
    [InlineData("localhost:8000", 200)]
    [InlineData("rebound.example.com", 403)]
    public async Task Host_AddressesInFiguresAreOurs(string host, int expected)
    {
        await using var app = await StartAsync();

        Assert.Equal(expected, (await SendAsync(app, context => context.Request.Host = new HostString(host))).Response.StatusCode);
    }

    private static Task<HttpContext> SendAsync(WebApplication app, Action<HttpContext> change) => app.GetTestServer().SendAsync(
        context =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");
            context.Request.Host = new HostString("memory.example.com");
            context.Request.Headers.Append(AccessHeaders.Key, TestKeys.Viewer);
            change(context);
        },
        TestContext.Current.CancellationToken);

    private static async Task<WebApplication> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection(TestKeys.Settings
            .Concat([("KubeMemory:Access:Mode", "ApiKey"), ("KubeMemory:Access:AllowedHosts:0", "memory.example.com"), ("FORWARDEDHEADERS_ENABLED", "true"), .. settings])
            .Select(one => KeyValuePair.Create(one.Item1, (string?)one.Item2)));
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.UseKubeMemoryAccess();
        app.MapGet("/", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme}");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}

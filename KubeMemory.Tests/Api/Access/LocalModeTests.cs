using System.Net;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

/// <summary>Mode Local: this machine reads, its user changes, and nobody else is let in.</summary>
public sealed class LocalModeTests
{
    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-proto", "https")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Original-For", "127.0.0.1:80")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Request_ThroughAProxy_IsRefused(string header, string value)
    {
        await using var api = await ApiHost.StartAsync();

        foreach (var path in (string[])["/api/incidents/", "/alive"])
        {
            var (response, body) = await api.SendAsync(HttpMethod.Get, path, headers: (header, value));

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Contains("is a proxy's", (string?)body!["detail"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("127.0.0.1", null, 200)]
    [InlineData("::1", null, 200)]
    [InlineData("::ffff:127.0.0.1", null, 200)]
    [InlineData(null, null, 200)]
    [InlineData("192.0.2.1", null, 403)]
    [InlineData("192.0.2.1", "127.0.0.1", 403)]
    [InlineData("fe80::1", null, 403)]
    public async Task Caller_ByTheConnectionsAddressAlone(string? remote, string? saysToBe, int expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration[LocalAccess.KeyFile.Key] = LocalAccess.KeyFile.Value;
        // As Azure and others set it for every program; it would believe everybody.
        builder.Configuration["FORWARDEDHEADERS_ENABLED"] = "true";
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.UseKubeMemoryAccess();
        app.MapGet("/", () => "").RequireAuthorization(AccessPolicies.Viewer);
        await app.StartAsync(TestContext.Current.CancellationToken);

        var answer = await app.GetTestServer().SendAsync(
            context =>
            {
                context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
                context.Request.Host = new HostString("localhost");
                context.Request.Headers.Append(AccessHeaders.Key, LocalAccess.Key);
                if (saysToBe is not null)
                {
                    context.Request.Headers.Append("X-Forwarded-For", saysToBe);
                }
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.Response.StatusCode);
    }

    [Fact]
    public async Task Change_ByNobody_SaysWhereTheKeyIs()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Add(Samples.Incident(1));

        using var response = await api.Nobody.DeleteAsync(new Uri("/api/incidents/1", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains(LocalAccess.KeyFile.Value, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody's-key-nobody's-key-nobody's-key")]
    [InlineData("")]
    public async Task WrongKey_IsRefusedThoughNoneWasNeeded(string key)
    {
        await using var api = await ApiHost.StartAsync();

        var (response, _) = await api.SendAsync(HttpMethod.Get, "/api/incidents/", headers: (AccessHeaders.Key, key));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}

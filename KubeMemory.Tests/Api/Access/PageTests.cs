using System.Net;
using System.Net.WebSockets;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

public sealed class PageTests
{
    [Theory]
    [InlineData("/api/incidents/")]
    [InlineData("/api/incidents/stream")]
    [InlineData("/api/status")]
    [InlineData("/health")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/nowhere")]
    public async Task Get_NamedByForeignHost_IsRefused(string path)
    {
        await using var api = await ApiHost.StartAsync();

        var (response, body) = await api.SendAsync(HttpMethod.Get, path, headers: ("Host", "rebound.example.com"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("rebound.example.com", (string?)body!["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example.com")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Get_FromForeignPage_IsRefusedWithoutCorsHeaders(string header, string value)
    {
        await using var api = await ApiHost.StartAsync();

        foreach (var path in new[] { "/api/incidents/", "/api/incidents/stream" })
        {
            var (response, body) = await api.SendAsync(HttpMethod.Get, path, headers: (header, value));

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal(403, (int?)body!["status"]);
            Assert.DoesNotContain(response.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Patch_FromForeignPage_ChangesNothing()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Add(Samples.Incident(1));

        var (response, _) = await api.SendAsync(HttpMethod.Patch, "/api/incidents/1", """{"status":"resolved"}""", ("Origin", "https://evil.example.com"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("open", (string?)(await api.SendAsync(HttpMethod.Get, "/api/incidents/1")).Body!["status"]);
    }

    [Fact]
    public async Task Get_FromOwnPageOrLinkOrConfiguredNames_IsAnswered()
    {
        await using var api = await ApiHost.StartAsync(null,
            ("KubeMemory:Access:AllowedHosts:0", "memory.example.com"), ("KubeMemory:Access:AllowedOrigins:0", "https://board.example.com"));
        var own = api.Address.GetLeftPart(UriPartial.Authority);

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/incidents", headers: ("Origin", own))).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/incidents", headers: ("Host", "[::1]:8000"))).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/incidents", headers: ("Host", "localhost:9"))).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/incidents", headers: ("Host", "memory.example.com"))).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/incidents", headers: ("Origin", "https://board.example.com"))).Response.StatusCode);
        var link = await api.SendAsync(HttpMethod.Get, "/api/incidents", null, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"));
        Assert.Equal(HttpStatusCode.OK, link.Response.StatusCode);
    }

    [Fact]
    public async Task WebSocket_FromForeignPage_IsRefused()
    {
        await using var api = await ApiHost.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example.com");
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/ws/incidents/" }.Uri, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }
}

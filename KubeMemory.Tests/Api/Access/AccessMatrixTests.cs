using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

/// <summary>As a browser, an attacker and a script would write it, byte by byte: clients that mean well correct such headers.</summary>
public sealed class AccessMatrixTests
{
    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("localhost:8000", 200)]
    [InlineData("LOCALHOST:8000", 200)]
    [InlineData("127.0.0.1:1", 200)]
    [InlineData("[::1]:8000", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("localhost.evil.com", 403)]
    [InlineData("localhost.evil.com:8000", 403)]
    [InlineData("127.0.0.1.nip.io", 403)]
    [InlineData("evil.com", 403)]
    [InlineData("evil-localhost", 403)]
    [InlineData("localhost.", 403)]
    [InlineData("0.0.0.0:8000", 403)]
    [InlineData("[::ffff:127.0.0.1]", 403)]
    [InlineData("2130706433", 403)]
    [InlineData("localhost@evil.com", 400)]
    [InlineData("localhost,evil.com", 400)]
    [InlineData("", 403)]
    public async Task Host(string host, int status) => Assert.Equal(status, await AskAsync($"GET /api/incidents/ HTTP/1.1\r\nHost: {host}\r\n"));

    [Theory]
    [InlineData("GET", "/api/incidents/", "", 200)]
    [InlineData("GET", "/api/incidents/", "Sec-Fetch-Site: same-origin", 200)]
    [InlineData("GET", "/api/incidents/", "Sec-Fetch-Site: none", 200)]
    [InlineData("GET", "/api/incidents/", "Sec-Fetch-Site: same-site", 403)]
    [InlineData("GET", "/api/incidents/", "Sec-Fetch-Site: cross-site", 403)]
    [InlineData("GET", "/api/incidents/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script", 403)]
    [InlineData("GET", "/api/incidents/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe", 403)]
    [InlineData("GET", "/api/incidents/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", 200)]
    [InlineData("PATCH", "/api/incidents/1", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", 403)]
    [InlineData("GET", "/api/incidents/stream", "Sec-Fetch-Site: cross-site", 403)]
    [InlineData("GET", "/api/incidents/stream", "Origin: null", 403)]
    [InlineData("GET", "/ws/incidents/", "Origin: http://localhost.evil.com:8000\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 403)]
    [InlineData("GET", "/ws/incidents/", "Sec-Fetch-Site: cross-site\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 403)]
    [InlineData("GET", "/ws/incidents/", "Origin: http://localhost:8000\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 101)]
    [InlineData("GET", "/api/incidents/", "Origin: http://localhost:8000", 200)]
    [InlineData("GET", "/api/incidents/", "Origin: HTTP://LOCALHOST:8000", 200)]
    [InlineData("GET", "/api/incidents/", "Origin: https://localhost:8000", 403)]
    [InlineData("GET", "/api/incidents/", "Origin: http://localhost:5173", 403)]
    [InlineData("GET", "/api/incidents/", "Origin: http://localhost:8000.evil.com", 403)]
    [InlineData("GET", "/api/incidents/", "Origin: http://localhost:8000\r\nOrigin: http://evil.com", 403)]
    [InlineData("GET", "/api/incidents/", "Origin: null", 403)]
    [InlineData("PATCH", "/api/incidents/1", "Origin: http://evil.com", 403)]
    [InlineData("OPTIONS", "/api/incidents/1", "Origin: http://evil.com\r\nAccess-Control-Request-Method: PATCH", 403)]
    public async Task Page(string method, string path, string headers, int status) =>
        Assert.Equal(status, await AskAsync($"{method} {path} HTTP/1.1\r\nHost: localhost:8000\r\n{headers}{(headers.Length > 0 ? "\r\n" : "")}"));

    [Fact]
    public async Task Host_OfAnAbsoluteAddress_IsTheOneThatCounts() =>
        Assert.Equal(403, await AskAsync("GET http://evil.com/api/incidents/ HTTP/1.1\r\nHost: evil.com\r\n"));

    private static async Task<int> AskAsync(string head)
    {
        await using var api = await ApiHost.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, api.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(line);
        return int.Parse(line.Split(' ')[1], null);
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Core.Incidents;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

/// <summary>What is shown, and what is made of it.</summary>
public sealed class KeyTests
{
    private const string Patch = """{"status":"resolved"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("X-Api-Key: " + TestKeys.Operator, 200)]
    [InlineData("Authorization: Bearer " + TestKeys.Operator, 200)]
    [InlineData("Authorization: bearer   " + TestKeys.Operator, 200)]
    [InlineData("X-Api-Key: " + TestKeys.Viewer, 403)]
    [InlineData("", 401)]
    [InlineData("X-Api-Key: ", 401)]
    [InlineData("Authorization: Bearer", 401)]
    [InlineData("Authorization: Bearer ", 401)]
    [InlineData("Authorization: Basic b3R0bzpvdHRv", 401)]
    [InlineData("Authorization: " + TestKeys.Operator, 401)]
    [InlineData("X-Api-Key: " + TestKeys.Operator + "x", 401)]
    [InlineData("X-Api-Key: OPERATOR-KEY-0123456789-0123456789-01234567", 401)]
    // Which of two counts is a matter of opinion, and opinions differ between a proxy and the server behind it.
    [InlineData("X-Api-Key: " + TestKeys.Operator + "|X-Api-Key: " + TestKeys.Viewer, 401)]
    [InlineData("X-Api-Key: " + TestKeys.Operator + "|Authorization: Bearer " + TestKeys.Operator, 401)]
    [InlineData("Authorization: Bearer " + TestKeys.Operator + "|Authorization: Bearer " + TestKeys.Operator, 401)]
    [InlineData("Cookie: X-Api-Key=" + TestKeys.Operator, 401)]
    // For whom a service asks.
    [InlineData("X-Api-Key: " + TestKeys.Service, 200)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada|X-KubeMemory-Role: operator", 200)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada|X-KubeMemory-Role: viewer", 403)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada|X-KubeMemory-Role: Operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada|X-KubeMemory-Role: admin", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada|X-KubeMemory-Role: operator, viewer", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada|X-KubeMemory-Role: operator|X-KubeMemory-Role: viewer", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada|X-KubeMemory-User: eve|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User:|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada%0Aroot|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: ada%00|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: %E2%80%AEada|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: %FF|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: 100%|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Service + "|X-KubeMemory-User: %20ada|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Operator + "|X-KubeMemory-User: ada|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-Api-Key: " + TestKeys.Viewer + "|X-KubeMemory-Role: operator", 401)]
    [InlineData("X-KubeMemory-User: ada|X-KubeMemory-Role: operator", 401)]
    public async Task Change_AsShown(string headers, int status)
    {
        await using var api = await StartAsync();

        var (answer, body) = await ChangeAsync(api, headers);

        Assert.Equal(status, (int)answer);
        Assert.Equal(status == 200 ? IncidentStatus.Resolved : IncidentStatus.Open, api.Incidents.StatusOf(1));
        if (status != 200)
        {
            Assert.Equal(status, (int?)body!["status"]);
            Assert.EndsWith(".", (string?)body["detail"], StringComparison.Ordinal);
            Assert.DoesNotContain("-key-0123456789", body.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task User_TooLong_IsRefused()
    {
        await using var api = await StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await ChangeAsync(api, $"X-Api-Key: {TestKeys.Service}|X-KubeMemory-User: {new string('a', 201)}|X-KubeMemory-Role: operator")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(api, $"X-Api-Key: {TestKeys.Service}|X-KubeMemory-User: {new string('a', 200)}|X-KubeMemory-Role: operator")).Status);
    }

    [Theory]
    [InlineData("?key=" + TestKeys.Operator)]
    [InlineData("?X-Api-Key=" + TestKeys.Operator)]
    [InlineData("?access_token=" + TestKeys.Operator)]
    public async Task Key_InTheAddress_IsNotLookedAt(string query)
    {
        await using var api = await StartAsync();

        using var response = await api.Nobody.GetAsync(new Uri("/api/status" + query, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_IsToldWhatToDo()
    {
        await using var api = await StartAsync();

        Assert.Contains("KubeMemory:Access:Keys", (string?)(await ChangeAsync(api, "")).Body!["detail"], StringComparison.Ordinal);
        Assert.Contains("'vera' may read but not change", (string?)(await ChangeAsync(api, $"X-Api-Key: {TestKeys.Viewer}")).Body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongKeys_TooMany_MustWait_AndTheServicesNeedNot()
    {
        await using var api = await StartAsync();
        for (var i = 0; i < FailedAttempts.PerMinute; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await ChangeAsync(api, $"X-Api-Key: {i}-wrong")).Status);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/status") { Headers = { { AccessHeaders.Key, TestKeys.Operator } } };
        using var response = await api.Nobody.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(api, $"X-Api-Key: {TestKeys.Service}|X-KubeMemory-User: ada|X-KubeMemory-Role: operator")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.Nobody.GetAsync(new Uri("/alive", UriKind.Relative), Cancelled)).StatusCode);
    }

    private static async Task<ApiHost> StartAsync()
    {
        var api = await ApiHost.StartAsync(null, [("KubeMemory:Access:Mode", "ApiKey"), .. TestKeys.Settings]);
        api.Incidents.Add(Samples.Incident(1));
        return api;
    }

    /// <summary>Byte by byte: a client that means well would join headers of one name.</summary>
    /// <param name="headers">With a bar between two.</param>
    private static async Task<(HttpStatusCode Status, JsonNode? Body)> ChangeAsync(ApiHost api, string headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, api.Address.Port, Cancelled);
        var stream = client.GetStream();
        var lines = string.Concat(headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(header => header + "\r\n"));
        // HTTP/1.0, so that the answer comes in one piece, to the connection's end.
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"PATCH /api/incidents/1 HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Patch.Length}\r\n{lines}\r\n{Patch}"), Cancelled);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(Cancelled);
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return ((HttpStatusCode)int.Parse(answer.Split(' ')[1], null), body.Length == 0 ? null : JsonNode.Parse(body));
    }
}

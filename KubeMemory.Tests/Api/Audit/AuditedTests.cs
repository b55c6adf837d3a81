using System.Net;
using KubeMemory.Core.Incidents;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Xunit;

namespace KubeMemory.Tests.Api.Audit;

public sealed class AuditedTests
{
    private const string Patch = """{"status":"resolved"}""";

    [Fact]
    public async Task Change_IsWrittenDownWithWhoAndWhatBecameOfIt()
    {
        await using var api = await StartAsync();

        await ChangeAsync(api, "/api/incidents/1?x=secret", Patch, (AccessHeaders.Key, TestKeys.Operator));
        await ChangeAsync(api, "/api/incidents/2", Patch, (AccessHeaders.Key, TestKeys.Service), (AccessHeaders.User, "Ada%20L%C3%B6velace"), (AccessHeaders.Role, "operator"));
        await ChangeAsync(api, "/api/incidents/1", "nonsense", (AccessHeaders.Key, TestKeys.Service));

        Assert.Equal(
            [
                ("otto", "operator", "PATCH /api/incidents/{id}", "/api/incidents/1", 200),
                ("Ada Lövelace", "operator", "PATCH /api/incidents/{id}", "/api/incidents/2", 404),
                ("service", "operator", "PATCH /api/incidents/{id}", "/api/incidents/1", 400),
            ],
            api.Audit.Items.Select(item => (item.Entry.User, item.Entry.Role, item.Entry.Action, item.Entry.Target, item.Status!.Value)));
        Assert.All(api.Audit.Items, item => Assert.Equal("127.0.0.1", item.Entry.From));
    }

    [Fact]
    public async Task Refused_AndReading_LeaveNoEntry()
    {
        await using var api = await StartAsync();

        await ChangeAsync(api, "/api/incidents/1", Patch, (AccessHeaders.Key, TestKeys.Viewer));
        await ChangeAsync(api, "/api/incidents/1", Patch, (AccessHeaders.Key, new string('w', 40)));
        await ChangeAsync(api, "/api/nowhere", Patch, (AccessHeaders.Key, TestKeys.Operator));
        await api.SendAsync(HttpMethod.Post, "/health", null, (AccessHeaders.Key, TestKeys.Operator));
        await api.Nobody.PostAsync(new Uri("/alive", UriKind.Relative), null, TestContext.Current.CancellationToken);
        await api.SendAsync(HttpMethod.Get, "/api/incidents/1", null, (AccessHeaders.Key, TestKeys.Operator));

        Assert.Empty(api.Audit.Items);
    }

    [Fact]
    public async Task Change_ThatCannotBeWrittenDown_IsNotMade()
    {
        await using var api = await StartAsync();
        api.Audit.IsOut = true;

        var status = await ChangeAsync(api, "/api/incidents/1", Patch, (AccessHeaders.Key, TestKeys.Operator));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(IncidentStatus.Open, api.Incidents.StatusOf(1));
    }

    [Fact]
    public async Task Change_ThatFails_HasItsEnd()
    {
        await using var api = await StartAsync();
        api.Incidents.Fault = new InvalidOperationException("A fault of ours.");

        var status = await ChangeAsync(api, "/api/incidents/1", Patch, (AccessHeaders.Key, TestKeys.Operator));

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal(500, Assert.Single(api.Audit.Items).Status);
    }

    private static async Task<ApiHost> StartAsync()
    {
        var api = await ApiHost.StartAsync(null, [("KubeMemory:Access:Mode", "ApiKey"), .. TestKeys.Settings]);
        api.Incidents.Add(Samples.Incident(1));
        return api;
    }

    private static async Task<HttpStatusCode> ChangeAsync(ApiHost api, string path, string json, params (string, string)[] headers) =>
        (await api.SendAsync(HttpMethod.Patch, path, json, headers)).Response.StatusCode;
}

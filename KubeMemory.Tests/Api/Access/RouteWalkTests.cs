using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

/// <summary>Every endpoint of the API, as everybody, in every mode. A new one has to be written down here.</summary>
public sealed class RouteWalkTests
{
    private static readonly Dictionary<string, Needs> Expected = new(StringComparer.Ordinal)
    {
        ["GET /health"] = Needs.Nothing,
        ["POST /health"] = Needs.Nothing,
        ["GET /alive"] = Needs.Nothing,
        ["POST /alive"] = Needs.Nothing,
        ["GET /metrics"] = Needs.Viewer,
        ["GET /openapi/v1.json"] = Needs.Viewer,
        ["GET /api/status"] = Needs.Viewer,
        ["HEAD /api/status"] = Needs.Viewer,
        ["GET /api/incidents"] = Needs.Viewer,
        ["HEAD /api/incidents"] = Needs.Viewer,
        ["GET /api/incidents/{id}"] = Needs.Viewer,
        ["HEAD /api/incidents/{id}"] = Needs.Viewer,
        ["PATCH /api/incidents/{id}"] = Needs.Operator,
        ["DELETE /api/incidents/{id}"] = Needs.Operator,
        ["GET /api/incidents/{id}/graph"] = Needs.Viewer,
        ["HEAD /api/incidents/{id}/graph"] = Needs.Viewer,
        ["GET /api/incidents/{id}/co-occurring"] = Needs.Viewer,
        ["HEAD /api/incidents/{id}/co-occurring"] = Needs.Viewer,
        ["GET /api/incidents/{id}/similar"] = Needs.Viewer,
        ["HEAD /api/incidents/{id}/similar"] = Needs.Viewer,
        ["GET /api/incidents/{id}/correlation"] = Needs.Viewer,
        ["HEAD /api/incidents/{id}/correlation"] = Needs.Viewer,
        ["GET /api/memory/search"] = Needs.Viewer,
        ["HEAD /api/memory/search"] = Needs.Viewer,
        ["GET /api/incidents/{id}/fixes"] = Needs.Viewer,
        ["HEAD /api/incidents/{id}/fixes"] = Needs.Viewer,
        ["POST /api/incidents/{id}/fixes"] = Needs.Operator,
        ["GET /api/fixes"] = Needs.Viewer,
        ["HEAD /api/fixes"] = Needs.Viewer,
        ["PATCH /api/fixes/{id}"] = Needs.Operator,
        ["DELETE /api/fixes/{id}"] = Needs.Operator,
        ["GET /api/incidents/stream"] = Needs.Viewer,
        ["GET /ws/incidents"] = Needs.Viewer,
        ["GET /api/reindex"] = Needs.Viewer,
        ["HEAD /api/reindex"] = Needs.Viewer,
        ["POST /api/reindex/{projector}"] = Needs.Operator,
        ["GET /api/agents/analysis/{id}"] = Needs.Viewer,
        ["HEAD /api/agents/analysis/{id}"] = Needs.Viewer,
        ["GET /api/agents/status"] = Needs.Viewer,
        ["HEAD /api/agents/status"] = Needs.Viewer,
        ["POST /api/agents/analyze/{id}"] = Needs.Operator,
        ["DELETE /api/agents/analyze/{id}"] = Needs.Operator,
        ["POST /api/agents/runbook/{id}"] = Needs.Viewer,
        ["GET /api/signatures"] = Needs.Viewer,
        ["HEAD /api/signatures"] = Needs.Viewer,
        ["GET /api/signatures/{id}"] = Needs.Viewer,
        ["HEAD /api/signatures/{id}"] = Needs.Viewer,
        ["GET /api/dead-letters"] = Needs.Viewer,
        ["HEAD /api/dead-letters"] = Needs.Viewer,
        ["POST /api/dead-letters/{id}/replay"] = Needs.Operator,
        ["GET /api/audit"] = Needs.Operator,
        ["HEAD /api/audit"] = Needs.Operator,
    };

    private static readonly string WrongKey = new('w', 43);

    [Fact]
    public async Task Local_EveryEndpoint()
    {
        await using var api = await StartAsync();

        await new RouteWalk(api.App, api.Address).AssertAsync(
            Expected,
            Caller.Nobody(Needs.Viewer),
            new("the key file's holder", Needs.Operator, IsKnown: true, (AccessHeaders.Key, LocalAccess.Key)),
            new("the same as bearer", Needs.Operator, IsKnown: true, ("Authorization", $"Bearer {LocalAccess.Key}")),
            Acting(LocalAccess.Key, AccessRoles.Viewer, Needs.Viewer),
            Acting(LocalAccess.Key, AccessRoles.Operator, Needs.Operator),
            Wrong(AccessHeaders.Key, WrongKey),
            Wrong("Authorization", $"Bearer {WrongKey}"));
    }

    [Fact]
    public async Task ApiKey_EveryEndpoint()
    {
        await using var api = await StartAsync([("KubeMemory:Access:Mode", "ApiKey"), .. TestKeys.Settings]);

        await new RouteWalk(api.App, api.Address).AssertAsync(Expected, [Caller.Nobody(Needs.Nothing), .. ByKey(), Wrong(AccessHeaders.Key, LocalAccess.Key)]);
    }

    [Fact]
    public async Task OpenIdConnect_EveryEndpoint()
    {
        await using var provider = await OpenIdServer.StartAsync();
        await using var stranger = await OpenIdServer.StartAsync();
        await using var api = await StartAsync([.. provider.Settings(), .. TestKeys.Settings, ("KubeMemory:Access:OpenIdConnect:ViewerRole", "watchers")]);
        var person = new OpenIdPerson("ada", "kubememory-operator");

        await new RouteWalk(api.App, api.Address).AssertAsync(
            Expected,
            [
                Caller.Nobody(Needs.Nothing),
                .. ByKey(),
                await ByTokenAsync("an operator's token", Needs.Operator, provider, person),
                await ByTokenAsync("a viewer's token", Needs.Viewer, provider, new("bob", "watchers")),
                await ByTokenAsync("a token without a role", Needs.Nothing, provider, new("eve", "something-else")),
                Wrong("Authorization", $"Bearer {await stranger.TokenAsync(person)}"),
                Wrong("Authorization", $"Bearer {await provider.TokenAsync(person, "another-client")}"),
            ]);
    }

    private static Task<StoreHost> StartAsync(params (string Key, string Value)[] settings) =>
        // A minute passes between any two wrong keys: how many are too many is another test's affair.
        StoreHost.StartAsync(TimeProvider.System, services => services.AddSingleton(new FailedAttempts(new Hasty())), settings);

    private static Caller[] ByKey() =>
    [
        new("a viewer's key", Needs.Viewer, IsKnown: true, (AccessHeaders.Key, TestKeys.Viewer)),
        new("an operator's key", Needs.Operator, IsKnown: true, (AccessHeaders.Key, TestKeys.Operator)),
        new("an operator's key as bearer", Needs.Operator, IsKnown: true, ("Authorization", $"Bearer {TestKeys.Operator}")),
        new("the service for itself", Needs.Operator, IsKnown: true, (AccessHeaders.Key, TestKeys.Service)),
        Acting(TestKeys.Service, AccessRoles.Viewer, Needs.Viewer),
        Acting(TestKeys.Service, AccessRoles.Operator, Needs.Operator),
        Wrong(AccessHeaders.Key, WrongKey),
        // Nobody becomes an operator by saying so.
        new("a viewer who says to be an operator", Needs.Nothing, IsKnown: false, (AccessHeaders.Key, TestKeys.Viewer), (AccessHeaders.User, "ada"), (AccessHeaders.Role, AccessRoles.Operator)),
        new("nobody who says to be an operator", Needs.Nothing, IsKnown: false, (AccessHeaders.User, "ada"), (AccessHeaders.Role, AccessRoles.Operator)),
    ];

    private static async Task<Caller> ByTokenAsync(string name, Needs role, OpenIdServer provider, OpenIdPerson person) =>
        new(name, role, IsKnown: true, ("Authorization", $"Bearer {await provider.TokenAsync(person)}"));

    private static Caller Acting(string key, string role, Needs needs) =>
        new($"the service for a person who is {role}", needs, IsKnown: true, (AccessHeaders.Key, key), (AccessHeaders.User, "Ada%20L%C3%B6velace"), (AccessHeaders.Role, role));

    private static Caller Wrong(string header, string value) => new($"a wrong {header}", Needs.Nothing, IsKnown: false, (header, value));

    private sealed class Hasty : TimeProvider
    {
        private long _minutes;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMinutes(Interlocked.Increment(ref _minutes) * 2);
    }
}

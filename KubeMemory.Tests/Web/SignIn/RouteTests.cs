using KubeMemory.Tests.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

public class RouteTests
{
    private static readonly string[] ForEverybody = ["GET /login", "POST /login", "GET /login/provider", "POST /logout"];

    [Fact]
    public async Task Routes_InModeApiKey_ShowNobodyMoreThanTheSignIn()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        await using var host = await DashboardHost.StartAsync(api.Address, settings: Settings.ApiKey());

        await new RouteWalk(host.App, host.Address).AssertAsync(
            Expected(host), Caller.Nobody(Needs.Nothing), await SignedInAsync(host, Settings.ViewerKey, Needs.Viewer), await SignedInAsync(host, Settings.OperatorKey, Needs.Operator));
    }

    [Fact]
    public async Task Routes_InModeLocal_ArePagesForEverybodyOnThisMachine()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        await using var host = await DashboardHost.StartAsync(api.Address);

        await new RouteWalk(host.App, host.Address).AssertAsync(
            Expected(host), Caller.Nobody(Needs.Viewer), await SignedInAsync(host, LocalAccess.Key, Needs.Operator));
    }

    /// <summary>Scripts and styles are the same for everybody, and the sign-in needs some; all else is for viewers, the circuit's hub too.</summary>
    private static Dictionary<string, Needs> Expected(DashboardHost host)
    {
        var assets = host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            .Select(endpoint => endpoint.RoutePattern)
            .ToHashSet();
        var routes = new RouteWalk(host.App, host.Address).Routes();
        Assert.Contains(routes, route => route.Pattern.RawText!.Contains("_blazor/negotiate", StringComparison.Ordinal));
        Assert.Contains(routes, route => route.Pattern.RawText == "/incidents/{Id:long}");
        Assert.Subset(routes.Select(route => RouteWalk.NameOf(route.Method, route.Pattern)).ToHashSet(), ForEverybody.ToHashSet());
        return routes
            .Select(route => (Name: RouteWalk.NameOf(route.Method, route.Pattern), IsAsset: assets.Contains(route.Pattern)))
            .DistinctBy(route => route.Name)
            .ToDictionary(route => route.Name, route => route.IsAsset || ForEverybody.Contains(route.Name) ? Needs.Nothing : Needs.Viewer);
    }

    private static async Task<Caller> SignedInAsync(DashboardHost host, string key, Needs role)
    {
        using var client = new DashboardClient(host.Address);
        (await client.SendKeyAsync(key)).Dispose();
        return new(role.ToString(), role, IsKnown: true, ("Cookie", client.Cookies.GetCookieHeader(host.Address)));
    }
}

using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

public class RouteTests
{
    private static readonly string[] ForEverybody = ["GET /login", "POST /login", "GET /login/provider", "POST /logout"];

    [Fact]
    public async Task Routes_AreForEverybodyOrForViewers_AndNoneIsForgotten()
    {
        await using var api = await FakeApi.StartAsync();
        await using var host = await DashboardHost.StartAsync(api.Address);
        var endpoints = host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();

        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).ToList();
        var closed = endpoints.Except(open).ToList();

        Assert.Equal(ForEverybody.Order(), open.Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null).Select(NameOf).Distinct().Order());
        Assert.Contains(closed, endpoint => endpoint.RoutePattern.RawText!.Contains("_blazor", StringComparison.Ordinal));
        Assert.Contains(closed, endpoint => endpoint.RoutePattern.RawText == "/incidents/{Id:long}");
        Assert.All(closed, endpoint => Assert.Contains(endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(), data => data.Policy == AccessPolicies.Viewer));
    }

    [Fact]
    public async Task Routes_AskedByNobody_ShowNothingButTheSignIn()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        await using var host = await DashboardHost.StartAsync(api.Address, settings: Settings.ApiKey());
        using var nobody = new DashboardClient(host.Address);
        using var viewer = new DashboardClient(host.Address);
        (await viewer.SendKeyAsync(Settings.ViewerKey)).Dispose();
        var paths = host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{Id:long}", "1", StringComparison.Ordinal))
            .Where(path => !path.Contains('{', StringComparison.Ordinal))
            .Distinct()
            .ToList();

        foreach (var path in paths)
        {
            Assert.StartsWith("/login", await nobody.FollowAsync(path), StringComparison.Ordinal);
            Assert.DoesNotContain("/login", await viewer.FollowAsync(path), StringComparison.Ordinal);
        }

        Assert.Contains("/incidents/1", paths);
    }

    private static string NameOf(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.FirstOrDefault()} {endpoint.RoutePattern.RawText}";
}

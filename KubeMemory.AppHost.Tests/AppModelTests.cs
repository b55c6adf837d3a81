using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.AppHost.Tests;

public class AppModelTests
{
    [Fact]
    public async Task Model_Always_HasStandaloneWithApiAndDashboardEndpoints()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.KubeMemory_AppHost>(TestContext.Current.CancellationToken);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);

        var standalone = Assert.Single(app.Services.GetRequiredService<DistributedApplicationModel>().Resources, r => r.Name == "standalone");
        var endpoints = standalone.Annotations.OfType<EndpointAnnotation>().ToDictionary(e => e.Name, e => e.Port);
        Assert.Equal(8000, endpoints["api"]);
        Assert.Equal(5173, endpoints["dashboard"]);
    }
}

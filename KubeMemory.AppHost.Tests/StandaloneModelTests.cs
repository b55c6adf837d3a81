using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KubeMemory.AppHost.Tests;

public class StandaloneModelTests
{
    [Fact]
    public async Task Model_WithoutContainers_IsStandaloneAlone()
    {
        await using var model = await AppModel.StandaloneAsync();

        Assert.Equal(["standalone"], model.Names);
        Assert.Empty(model.Resources.OfType<ContainerResource>());
    }

    [Fact]
    public async Task Standalone_Always_ListensOnItsTwoPortsItself()
    {
        await using var model = await AppModel.StandaloneAsync();

        Assert.Equal((8000, false), (model.Endpoint("standalone", "api").Port, model.Endpoint("standalone", "api").IsProxied));
        Assert.Equal((5173, false), (model.Endpoint("standalone", "dashboard").Port, model.Endpoint("standalone", "dashboard").IsProxied));
        Assert.NotEmpty(model["standalone"].Annotations.OfType<HealthCheckAnnotation>());
        Assert.DoesNotContain("ASPNETCORE_URLS", (await model.EnvironmentAsync("standalone")).Keys);
    }

    [Fact]
    public async Task Demo_Asked_IsPassedOn()
    {
        await using var model = await AppModel.StandaloneAsync("--demo");

        Assert.Equal(["--demo"], await model.ArgumentsAsync("standalone"));
    }

    [Fact]
    public async Task Demo_NotAsked_WatchesTheClusterAsked()
    {
        await using var model = await AppModel.StandaloneAsync("--namespaces", "shop,web");

        Assert.Empty(await model.ArgumentsAsync("standalone"));
        Assert.Equal("shop,web", (await model.EnvironmentAsync("standalone"))["K8S_NAMESPACES"]);
    }
}

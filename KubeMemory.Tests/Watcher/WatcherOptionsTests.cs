using KubeMemory.Watcher;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KubeMemory.Tests.Watcher;

public sealed class WatcherOptionsTests
{
    [Fact]
    public void Read_NothingSet_HasTheDocumentedDefaults()
    {
        var options = Read([]);

        Assert.Equal((false, null, TimeSpan.FromSeconds(600)), (options.InCluster, options.Context, options.WatchTimeout));
        Assert.Equal(["default"], options.Namespaces);
        Assert.True(new WatcherOptionsValidator().Validate(null, options).Succeeded);
    }

    [Theory]
    [InlineData(" shop, web ,,shop", new[] { "shop", "web" })]
    [InlineData("shop,*", new[] { "*" })]
    public void Read_Namespaces_AreAListOrAll(string text, string[] expected) =>
        Assert.Equal(expected, Read(new() { ["K8S_NAMESPACES"] = text }).Namespaces);

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("", false)]
    public void Read_InAContainerOfDotnetsImages_IsKnown(string text, bool expected) =>
        Assert.Equal(expected, Read(new() { ["DOTNET_RUNNING_IN_CONTAINER"] = text }).InContainer);

    [Fact]
    public void Validate_SeveralMistakes_NamesAllOfThem()
    {
        var options = Read(new() { ["K8S_IN_CLUSTER"] = "perhaps", ["K8S_WATCH_TIMEOUT"] = "5", ["K8S_NAMESPACES"] = "Shop_1" });

        var failures = new WatcherOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(3, failures.Count);
        Assert.All(["K8S_IN_CLUSTER", "K8S_WATCH_TIMEOUT", "K8S_NAMESPACES"], key => Assert.Contains(failures, f => f.StartsWith(key, StringComparison.Ordinal)));
    }

    private static WatcherOptions Read(Dictionary<string, string?> values)
    {
        var options = new WatcherOptions();
        options.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        return options;
    }
}

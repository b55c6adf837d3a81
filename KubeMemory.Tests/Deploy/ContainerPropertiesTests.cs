using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>The images that the SDK builds, as far as the projects say.</summary>
public sealed class ContainerPropertiesTests
{
    [Theory]
    [InlineData("KubeMemory.Watcher", "kubememory-watcher", 8002)]
    [InlineData("KubeMemory.Api", "kubememory-api", 8000)]
    [InlineData("KubeMemory.Web", "kubememory-web", 5173)]
    [InlineData("KubeMemory.Standalone", "kubememory", 8000, 5173)]
    public async Task Image_OfAProgram_HasItsNameAndPorts(string project, string repository, params int[] ports)
    {
        var image = await OfAsync(project);

        Assert.Equal(repository, image.Repository);
        Assert.Equal(ports, image.Ports);
        Assert.Equal(["/app/" + project], image.Command);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Image_OfAProgram_RunsAsAUserWithoutRightsOnAPinnedBase(string project)
    {
        var image = await OfAsync(project);

        // A number: Kubernetes cannot tell from a name that it is not root.
        Assert.Equal("1654", image.User);
        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/runtime-deps:10\.0\.\d+-noble-chiseled$", image.BaseImage);
        Assert.Matches(@"^\d+\.\d+\.\d+$", image.Tag);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Image_NotSelfContained_HasABaseWithTheRuntime(string project)
    {
        var image = await ContainerProperties.ReadAsync(project);

        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/aspnet:10\.0\.\d+-noble-chiseled$", image.BaseImage);
        Assert.Equal(["dotnet", $"/app/{project}.dll"], image.Command);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Image_OfAProgram_SaysWhatItIs(string project)
    {
        var labels = (await OfAsync(project)).Labels;

        Assert.Equal("KubeMemory " + project.Split('.')[^1], labels["org.opencontainers.image.title"]);
        Assert.EndsWith(".", labels["org.opencontainers.image.description"], StringComparison.Ordinal);
        Assert.Equal("MIT", labels["org.opencontainers.image.licenses"]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", labels["org.opencontainers.image.version"]);
        Assert.Contains("noble-chiseled", labels["org.opencontainers.image.base.name"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Image_OfAProgram_ListensOnItsPortsAndWritesNoSocket(string project)
    {
        var image = await OfAsync(project);

        Assert.Equal("0", image.Environment["DOTNET_EnableDiagnostics"]);
        Assert.DoesNotContain("ASPNETCORE_HTTP_PORTS", image.Environment.Keys);
        if (project == "KubeMemory.Standalone")
        {
            Assert.Equal(["--data", "/data", "--urls", "http://+:8000;http://+:5173"], image.DefaultArgs);
            Assert.Equal("/data", image.Environment["TMPDIR"]);
        }
        else
        {
            Assert.Equal($"http://+:{Assert.Single(image.Ports)}", image.Environment["ASPNETCORE_URLS"]);
            Assert.Empty(image.DefaultArgs);
        }
    }

    [Fact]
    public async Task Image_WithAPrefix_IsNamedBelowIt()
    {
        var image = await ContainerProperties.ReadAsync("KubeMemory.Api", "-p:ContainerRepositoryPrefix=ops/");

        Assert.Equal("ops/kubememory-api", image.Repository);
    }

    public static TheoryData<string> Projects => [.. ContainerProperties.Projects];

    private static async Task<ContainerProperties> OfAsync(string project) => (await ContainerProperties.ReadAllAsync()).Single(image => image.Project == project);
}

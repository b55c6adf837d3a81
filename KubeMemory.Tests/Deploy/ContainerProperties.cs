using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>What the SDK would build an image of, as MSBuild evaluates it.</summary>
/// <param name="Environment">In the order of the project.</param>
internal sealed record ContainerProperties(
    string Project,
    string Repository,
    string Tag,
    string BaseImage,
    string User,
    IReadOnlyList<int> Ports,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> DefaultArgs)
{
    private static readonly Lazy<Task<IReadOnlyList<ContainerProperties>>> All = new(ReadEachAsync);

    public static IReadOnlyList<string> Projects { get; } = ["KubeMemory.Watcher", "KubeMemory.Api", "KubeMemory.Web", "KubeMemory.Standalone"];

    /// <summary>Of all four, evaluated once.</summary>
    public static Task<IReadOnlyList<ContainerProperties>> ReadAllAsync() => All.Value;

    public static Task<ContainerProperties> ReadAsync(string project, params IEnumerable<string> properties) => EvaluateAsync(project, properties, TestContext.Current.CancellationToken);

    private static async Task<IReadOnlyList<ContainerProperties>> ReadEachAsync()
    {
        var read = new List<ContainerProperties>();
        foreach (var project in Projects)
        {
            // Not one test's to cancel: the others wait for it, too.
            read.Add(await EvaluateAsync(project, ["-p:SelfContained=true", "-p:RuntimeIdentifier=linux-x64"], CancellationToken.None));
        }

        return read;
    }

    private static async Task<ContainerProperties> EvaluateAsync(string project, IEnumerable<string> properties, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = DeployFolder.Repository,
        };
        foreach (var argument in (IEnumerable<string>)
        [
            "msbuild", project, "-target:ComputeContainerConfig", "-nodeReuse:false", .. properties,
            "-getProperty:ContainerRepository", "-getProperty:ContainerBaseImage", "-getProperty:ContainerUser",
            "-getItem:ContainerImageTags,ContainerPort,ContainerEnvironmentVariable,ContainerLabel,ContainerAppCommand,ContainerDefaultArgs",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using var msbuild = Process.Start(start)!;
        var error = msbuild.StandardError.ReadToEndAsync(cancellationToken);
        var output = await msbuild.StandardOutput.ReadToEndAsync(cancellationToken);
        await msbuild.WaitForExitAsync(cancellationToken);
        Assert.True(msbuild.ExitCode == 0, output + await error);
        return Of(project, JsonNode.Parse(output)!);
    }

    private static ContainerProperties Of(string project, JsonNode evaluated)
    {
        return new ContainerProperties(
            project,
            Property("ContainerRepository"),
            Assert.Single(Identities("ContainerImageTags")),
            Property("ContainerBaseImage"),
            Property("ContainerUser"),
            [.. Identities("ContainerPort").Select(port => int.Parse(port, CultureInfo.InvariantCulture))],
            Values("ContainerEnvironmentVariable"),
            Values("ContainerLabel"),
            Identities("ContainerAppCommand"),
            Identities("ContainerDefaultArgs"));

        string Property(string name) => (string)evaluated["Properties"]![name]!;

        IEnumerable<JsonNode> Items(string name) => evaluated["Items"]![name]!.AsArray().Select(item => item!);

        IReadOnlyList<string> Identities(string name) => [.. Items(name).Select(item => (string)item["Identity"]!)];

        Dictionary<string, string> Values(string name) => Items(name).ToDictionary(item => (string)item["Identity"]!, item => (string)item["Value"]!);
    }
}

using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace KubeMemory.AppHost.Tests;

public sealed partial class PublishTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubememory-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Compose_Published_HasEveryServiceAndIsNotWiderThanLoopback()
    {
        var file = await PublishAsync();

        string[] services = ["postgres-server", "redis", "neo4j", "chroma", "ollama", "watcher", "api", "web"];
        Assert.Equal(services.Order(), ServiceName().Matches(Section(file, "services")).Select(m => m.Groups[1].Value).Order());
        Assert.Equal(["127.0.0.1:5173:5173", "127.0.0.1:8000:8000"], Port().Matches(file).Select(m => m.Groups[1].Value).Order());
    }

    [Fact]
    public async Task Compose_Published_LetsInByKeyAloneAndHoldsNone()
    {
        var file = await PublishAsync();

        Assert.Equal(3, file.Split("KubeMemory__Access__Mode: \"ApiKey\"").Length - 1);
        Assert.Equal(3, file.Split("KubeMemory__Access__Keys__0__Key: \"${OPERATOR_KEY}\"").Length - 1);
        Assert.DoesNotContain("ASPNETCORE_FORWARDEDHEADERS_ENABLED", file, StringComparison.Ordinal);
        var secrets = (await File.ReadAllLinesAsync(Path.Combine(_folder, ".env"), TestContext.Current.CancellationToken)).Where(line => line.Contains('=', StringComparison.Ordinal));
        Assert.All(secrets, line => Assert.EndsWith("=", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Compose_Published_MountsTheKubeconfigToReadOnly()
    {
        var file = await PublishAsync();

        Assert.Contains("K8S_KUBECONFIG_PATH: \"/kubeconfig\"", file, StringComparison.Ordinal);
        Assert.Matches("target: \"/kubeconfig\"\n +source: \"\\$\\{KUBECONFIG_FILE:.*\n +read_only: true", file);
    }

    private async Task<string> PublishAsync()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.KubeMemory_AppHost>(
            ["--operation", "publish", "--step", "publish", "--output-path", _folder], cancelled);
        await using var app = await builder.BuildAsync(cancelled);
        await app.StartAsync(cancelled);
        // It ends by itself.
        await app.WaitForShutdownAsync(cancelled);
        return (await File.ReadAllTextAsync(Path.Combine(_folder, "docker-compose.yaml"), cancelled)).ReplaceLineEndings("\n");
    }

    private static string Section(string file, string name) => Regex.Match(file, $@"^{name}:\n((?: .*\n)*)", RegexOptions.Multiline).Groups[1].Value;

    [GeneratedRegex(@"^  ([a-z0-9-]+):$", RegexOptions.Multiline)]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"- ""((?:[\d.]+:)?\d+:\d+)""")]
    private static partial Regex Port();
}

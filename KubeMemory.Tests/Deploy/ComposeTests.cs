using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KubeMemory.Simulator.Captures;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>deploy/compose.yaml, merged and interpolated as Compose does it.</summary>
public sealed partial class ComposeTests : IDisposable
{
    private static readonly string[] Own = ["watcher", "api", "web"];

    private readonly DeployFolder _deploy = new();

    public void Dispose() => _deploy.Dispose();

    [Fact]
    public async Task Images_OfAllServices_ArePinnedAndTheProjects()
    {
        var services = await ReadAsync();
        var programs = await ContainerProperties.ReadAllAsync();

        Assert.All(services, service => Assert.Matches(@"^[a-z0-9./-]+:\d+\.\d+[a-z0-9.-]*$", Text(service.Value, "image")));
        Assert.All(Own, name => Assert.Contains(programs, program => Text(services[name], "image") == $"{program.Repository}:{program.Tag}"));
    }

    [Fact]
    public async Task Images_OfTheEngines_AreThoseOfKubernetesAndAspire()
    {
        var services = await ReadAsync();
        var manifests = await _deploy.RenderAsync("distributed", "ollama");
        var inCluster = PodRun.Of(manifests).SelectMany(run => run.Containers).Select(container => container.Image).ToHashSet();
        var engines = services.Where(service => !Own.Contains(service.Key)).Select(service => Text(service.Value, "image")).ToList();

        Assert.Equal(["chromadb/chroma", "neo4j", "ollama/ollama", "postgres", "redis"], engines.Select(image => image.Split(':')[0]).Order());
        Assert.All(engines, image => Assert.Contains(image, inCluster));
        var appHost = string.Concat(Directory.GetFiles(Path.Combine(DeployFolder.Repository, "KubeMemory.AppHost"), "*.cs").Select(File.ReadAllText));
        var pinned = Tag().Matches(appHost).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.All(engines.Where(_ => pinned.Count > 0), image => Assert.Contains(image.Split(':')[1], pinned));
    }

    [Fact]
    public async Task Ports_OfAllServices_AreThisMachinesAlone()
    {
        var services = await ReadAsync();
        var ports = services.ToDictionary(service => service.Key, service => service.Value["ports"]?.AsArray().Select(port => (string)port!).ToArray() ?? []);

        Assert.Equal(["127.0.0.1:8000:8000"], ports["api"]);
        Assert.Equal(["127.0.0.1:5173:5173"], ports["web"]);
        Assert.All(ports.Where(service => service.Key is not ("api" or "web")), service => Assert.Empty(service.Value));
        Assert.All(services, service => Assert.Null(service.Value["network_mode"]));
    }

    [Fact]
    public async Task Variables_OfOurPrograms_AreSettingsThatTheyRead()
    {
        var services = await ReadAsync();
        foreach (var name in Own)
        {
            var environment = EnvironmentOf(services[name]);
            Assert.All(environment, variable => Assert.True(KnownSettings.Contains(variable.Key), variable.Key));
            KnownSettings.CheckValues(environment);
            KnownSettings.CheckAccess(environment);
            Assert.All(
                environment.Values.SelectMany(value => ServiceAndPort().Matches(value)).Select(match => match.Groups["name"].Value),
                host => Assert.Contains(host, services.Keys));
        }
    }

    [Fact]
    public async Task OurPrograms_RunWithoutRightsOnAReadOnlyFileSystem()
    {
        var services = await ReadAsync();

        Assert.All(Own, name =>
        {
            Assert.True((bool)services[name]["read_only"]!);
            Assert.Equal(["ALL"], services[name]["cap_drop"]!.AsArray().Select(capability => (string)capability!));
            Assert.Equal(["no-new-privileges:true"], services[name]["security_opt"]!.AsArray().Select(option => (string)option!));
        });
        // Whose kubeconfig it is may be another user's; never root's by default.
        Assert.Equal("1654", Text(services["watcher"], "user"));
    }

    [Fact]
    public async Task Engines_AreHealthyBeforeOurProgramsStart_AndKeepTheirDataOnVolumes()
    {
        var services = await ReadAsync();
        var volumes = YamlDocuments.Parse("compose.yaml", _deploy.Read("compose.yaml"), CaptureLimits.Default)[0]!["volumes"]!.AsObject().Select(volume => volume.Key).ToList();
        foreach (var (name, service) in services)
        {
            foreach (var (wanted, condition) in service["depends_on"]?.AsObject() ?? [])
            {
                Assert.Equal(Own.Contains(wanted) ? "service_started" : "service_healthy", (string?)condition!["condition"]);
            }

            if (!Own.Contains(name))
            {
                Assert.NotNull(service["healthcheck"]);
                Assert.Contains(((string)Assert.Single(service["volumes"]!.AsArray())!).Split(':')[0], volumes);
            }
        }

        Assert.Equal(["chroma", "neo4j", "postgres", "redis"], services["api"]["depends_on"]!.AsObject().Select(wanted => wanted.Key).Order());
    }

    [Theory]
    [InlineData("POSTGRES_PASSWORD")]
    [InlineData("REDIS_PASSWORD")]
    [InlineData("NEO4J_PASSWORD")]
    [InlineData("KUBEMEMORY_SERVICE_KEY")]
    [InlineData("KUBEMEMORY_OPERATOR_KEY")]
    [InlineData("KUBEMEMORY_VIEWER_KEY")]
    public async Task Secrets_NotMade_AreAskedForWithTheCommandThatMakesThem(string name)
    {
        await _deploy.MakeSecretsAsync("");
        var environment = DotEnv();
        environment["KUBECONFIG_FILE"] = "/home/me/kubeconfig";
        environment.Remove(name);

        var mistake = Assert.Throws<InvalidOperationException>(() => Interpolate(_deploy.Read("compose.yaml"), environment));

        Assert.Contains("deploy/make-secrets.sh", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubeconfig_NotNamed_IsAskedFor()
    {
        await _deploy.MakeSecretsAsync("");

        var mistake = Assert.Throws<InvalidOperationException>(() => Interpolate(_deploy.Read("compose.yaml"), DotEnv()));

        Assert.Contains("KUBECONFIG_FILE", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watcher_ReachesKind_ByTheHostsNameOrByItsNetwork()
    {
        var services = await ReadAsync();
        var kind = YamlDocuments.Parse("compose.kind.yaml", _deploy.Read("compose.kind.yaml"), CaptureLimits.Default)[0]!;

        Assert.Equal(["host.docker.internal:host-gateway"], services["watcher"]["extra_hosts"]!.AsArray().Select(host => (string)host!));
        Assert.Equal("/kube/config", EnvironmentOf(services["watcher"])["K8S_KUBECONFIG_PATH"]);
        var mount = Assert.Single(services["watcher"]["volumes"]!.AsArray())!;
        Assert.Equal(("/kube/config", true), ((string?)mount["target"], (bool)mount["read_only"]!));
        Assert.Equal(["default", "kind"], kind["services"]!["watcher"]!["networks"]!.AsArray().Select(network => (string)network!));
        Assert.True((bool)kind["networks"]!["kind"]!["external"]!);
    }

    private async Task<Dictionary<string, JsonObject>> ReadAsync()
    {
        await _deploy.MakeSecretsAsync("");
        var environment = DotEnv();
        environment["KUBECONFIG_FILE"] = "/home/me/kubeconfig";
        var file = YamlDocuments.Parse("compose.yaml", Interpolate(_deploy.Read("compose.yaml"), environment), CaptureLimits.Default)[0]!;
        return file["services"]!.AsObject().ToDictionary(service => service.Key, service => Merged(service.Value!));
    }

    private Dictionary<string, string> DotEnv() =>
        File.ReadAllLines(_deploy.PathOf(".env")).Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    private static string Text(JsonNode service, string name) => (string)service[name]!;

    private static Dictionary<string, string> EnvironmentOf(JsonNode service) =>
        Merged(service["environment"]!).ToDictionary(variable => variable.Key, variable => variable.Value?.ToString() ?? "");

    /// <summary><c>&lt;&lt;</c>: what another mapping holds, less what this one holds itself.</summary>
    private static JsonObject Merged(JsonNode node)
    {
        var merged = (JsonObject)node.DeepClone();
        if (merged["<<"] is JsonObject other)
        {
            foreach (var (name, value) in other)
            {
                if (!merged.ContainsKey(name))
                {
                    merged[name] = value?.DeepClone();
                }
            }

            merged.Remove("<<");
        }

        return merged;
    }

    /// <summary>Like Compose: <c>${NAME}</c>, <c>${NAME:-default}</c>, <c>${NAME:?sentence}</c>, and <c>$$</c> for a dollar.</summary>
    private static string Interpolate(string text, IReadOnlyDictionary<string, string> environment) => Variable().Replace(text, match =>
    {
        if (match.Value == "$$")
        {
            return "$";
        }

        var value = environment.GetValueOrDefault(match.Groups["name"].Value, "");
        return (value, match.Groups["operator"].Value) switch
        {
            ("", ":?") => throw new InvalidOperationException(match.Groups["word"].Value),
            ("", ":-") => match.Groups["word"].Value,
            _ => value,
        };
    });

    [GeneratedRegex(@"\$\$|\$\{(?<name>\w+)((?<operator>:[?-])(?<word>[^}]*))?\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?:Host=|http://)?(?<name>[a-z0-9]+)(:|;Port=)\d+")]
    private static partial Regex ServiceAndPort();

    // .WithImageTag("18.3"), .WithImage("chromadb/chroma", "1.0.20")
    [GeneratedRegex("""\.WithImage(?:Tag\(|\("[^"]+", )"([^"]+)"\)""")]
    private static partial Regex Tag();
}

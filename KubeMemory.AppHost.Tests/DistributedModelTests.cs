using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KubeMemory.AppHost.Tests;

public class DistributedModelTests
{
    private static readonly string[] Engines = ["postgres-server", "redis", "neo4j", "chroma", "ollama"];
    private static readonly string[] Secrets = ["postgres-server-password", "redis-password", "neo4j-password", "service-key"];

    [Fact]
    public async Task Model_WithContainers_HasEveryResource()
    {
        await using var model = await AppModel.DistributedAsync();

        string[] expected = [.. Engines, "postgres", "chat", "embedding", "watcher", "api", "web"];
        Assert.Equal(expected.Order(), model.Names.Except(Secrets).Order());
    }

    [Theory]
    [InlineData("watcher", "postgres", "redis")]
    [InlineData("api", "postgres", "redis", "neo4j", "chroma", "chat", "embedding")]
    [InlineData("web", "postgres", "api")]
    public async Task Service_Always_GetsTheConnectionStringsOfItsArrowsAlone(string service, params string[] engines)
    {
        await using var model = await AppModel.DistributedAsync();

        var strings = (await model.EnvironmentAsync(service)).Where(e => e.Key.StartsWith("ConnectionStrings__", StringComparison.Ordinal));

        Assert.Equal(engines.Order().Select(e => ($"ConnectionStrings__{e}", $"{{{e}.connectionString}}")), strings.Select(s => (s.Key, s.Value)).Order());
    }

    [Fact]
    public async Task Web_Always_FindsTheApiByItsName()
    {
        await using var model = await AppModel.DistributedAsync();

        Assert.Equal("{api.bindings.http.url}", (await model.EnvironmentAsync("web"))["services__api__http__0"]);
        Assert.Equal("api", (await model.EnvironmentAsync("api"))["KubeMemory__Access__AllowedHosts__0"]);
    }

    [Theory]
    [InlineData("watcher", "postgres", "redis")]
    [InlineData("api", "postgres", "redis", "neo4j", "chroma")]
    [InlineData("web", "postgres", "api")]
    public async Task Service_Always_WaitsUntilWhatItAsksIsHealthy(string service, params string[] asked)
    {
        await using var model = await AppModel.DistributedAsync();

        // Aspire adds the server of a database by itself.
        var waits = model.Waits(service).Where(w => w.Type == WaitType.WaitUntilHealthy && w.Name != "postgres-server").Select(w => w.Name);

        Assert.Equal(asked.Order(), waits.Order());
    }

    [Fact]
    public async Task Services_Always_ShowEachOtherTheSameGeneratedKey()
    {
        await using var model = await AppModel.DistributedAsync();

        foreach (var service in new[] { "watcher", "api", "web" })
        {
            Assert.Equal("{service-key.value}", (await model.EnvironmentAsync(service))["KubeMemory__Access__ServiceKey"]);
        }

        var key = Assert.IsType<ParameterResource>(model["service-key"]);
        Assert.True((await key.GetValueAsync(TestContext.Current.CancellationToken))!.Length >= 32);
    }

    [Fact]
    public async Task Passwords_Always_AreSecretParameters()
    {
        await using var model = await AppModel.DistributedAsync();

        var parameters = model.Resources.OfType<ParameterResource>();

        Assert.All(parameters, p => Assert.True(p.Secret, $"{p.Name} would be shown."));
    }

    [Fact]
    public async Task Neo4j_Always_TakesThePasswordOfItsConnectionString()
    {
        await using var model = await AppModel.DistributedAsync();

        var neo4j = Assert.IsAssignableFrom<IResourceWithConnectionString>(model["neo4j"]);

        Assert.Equal("neo4j/{neo4j-password.value}", (await model.EnvironmentAsync("neo4j"))["NEO4J_AUTH"]);
        Assert.Equal(
            "Endpoint=http://{neo4j.bindings.http.host}:{neo4j.bindings.http.port};Username=neo4j;Password={neo4j-password.value}",
            neo4j.ConnectionStringExpression.ValueExpression);
    }

    [Fact]
    public async Task Chroma_Always_IsItsEndpoint()
    {
        await using var model = await AppModel.DistributedAsync();

        var chroma = Assert.IsAssignableFrom<IResourceWithConnectionString>(model["chroma"]);

        Assert.Equal("Endpoint=http://{chroma.bindings.http.host}:{chroma.bindings.http.port}", chroma.ConnectionStringExpression.ValueExpression);
    }

    [Fact]
    public async Task Engines_Always_HavePinnedImageVolumeAndHealthCheck()
    {
        await using var model = await AppModel.DistributedAsync();

        Assert.All(Engines, engine =>
        {
            Assert.Matches(@"^\d+\.\d+", model.Last<ContainerImageAnnotation>(engine).Tag);
            Assert.Equal("docker.io", model.Last<ContainerImageAnnotation>(engine).Registry);
            Assert.StartsWith("kubememory-", model.Last<ContainerMountAnnotation>(engine).Source, StringComparison.Ordinal);
            Assert.NotEmpty(model[engine].Annotations.OfType<HealthCheckAnnotation>());
        });
    }

    [Fact]
    public async Task Redis_Always_KeepsEverySignal()
    {
        await using var model = await AppModel.DistributedAsync();

        var words = string.Join(' ', await model.ArgumentsAsync("redis", new(DistributedApplicationOperation.Run)));

        Assert.Contains("--appendonly yes", words, StringComparison.Ordinal);
        Assert.DoesNotContain("--save", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_ToBePublished_KeepsEverySignalToo()
    {
        await using var model = await AppModel.DistributedAsync();

        Assert.Equal("redis-server --requirepass $REDIS_PASSWORD --appendonly yes", (await model.ArgumentsAsync("redis"))[^1]);
    }

    [Theory]
    [InlineData("api", 8000)]
    [InlineData("web", 5173)]
    [InlineData("watcher", 8002)]
    public async Task Service_Alone_ListensOnItsPortItselfAndIsAskedForItsHealth(string service, int port)
    {
        await using var model = await AppModel.DistributedAsync();

        Assert.Equal((port, false), (model.Endpoint(service).Port, model.Endpoint(service).IsProxied));
        Assert.Equal("localhost", model.Endpoint(service).TargetHost);
        Assert.NotEmpty(model[service].Annotations.OfType<HealthCheckAnnotation>());
    }

    [Theory]
    [InlineData("api", true)]
    [InlineData("web", true)]
    [InlineData("watcher", false)]
    public async Task Service_Always_IsExternalWherePeopleAsk(string service, bool external)
    {
        await using var model = await AppModel.DistributedAsync();

        Assert.Equal(external, model.Endpoint(service).IsExternal);
    }

    [Fact]
    public async Task Replicas_Asked_ShareThePortThroughTheProxy()
    {
        await using var model = await AppModel.DistributedAsync("--replicas", "3");

        foreach (var service in new[] { "api", "watcher" })
        {
            Assert.Equal(3, model.Last<ReplicaAnnotation>(service).Replicas);
            Assert.True(model.Endpoint(service).IsProxied);
        }

        Assert.False(model.Endpoint("web").IsProxied);
    }

    [Fact]
    public async Task Replicas_OfOneServiceBySetting_LeaveTheOther()
    {
        await using var model = await AppModel.DistributedAsync("--KubeMemory:Replicas:Api=2");

        Assert.Equal(2, model.Last<ReplicaAnnotation>("api").Replicas);
        Assert.Equal(1, model.Last<ReplicaAnnotation>("watcher").Replicas);
    }

    [Fact]
    public async Task Ollama_LeftOut_LeavesTheModelsOut()
    {
        await using var model = await AppModel.DistributedAsync("--no-ollama");

        Assert.Empty(model.Names.Intersect(["ollama", "chat", "embedding"]));
        Assert.DoesNotContain("ConnectionStrings__chat", (await model.EnvironmentAsync("api")).Keys);
    }

    [Fact]
    public async Task Models_Asked_AreThoseOfTheConnectionStrings()
    {
        await using var model = await AppModel.DistributedAsync("--chat-model", "llama3.2:3b", "--embedding-model=mxbai-embed-large");

        Assert.Equal("llama3.2:3b", Assert.IsType<OllamaModelResource>(model["chat"]).ModelName);
        Assert.Equal("mxbai-embed-large", Assert.IsType<OllamaModelResource>(model["embedding"]).ModelName);
    }

    [Fact]
    public async Task Watcher_WithClusterAsked_GetsIt()
    {
        await using var model = await AppModel.DistributedAsync("--kubeconfig", "~/kind.yaml", "--context", "kind-dev", "--namespaces", "*");

        var environment = await model.EnvironmentAsync("watcher");

        Assert.Equal("~/kind.yaml", environment["K8S_KUBECONFIG_PATH"]);
        Assert.Equal("kind-dev", environment["K8S_CONTEXT"]);
        Assert.Equal("*", environment["K8S_NAMESPACES"]);
    }

    [Fact]
    public async Task Demo_Asked_IsWatchedWholeThroughTheKubeconfigItWrites()
    {
        await using var model = await AppModel.DistributedAsync("--demo", "--namespaces", "shop");

        var arguments = await model.ArgumentsAsync("simulator");
        var environment = await model.EnvironmentAsync("watcher");

        Assert.Equal(["--scenario", "demo", "--accept-events", "--write-kubeconfig", environment["K8S_KUBECONFIG_PATH"], "--port"], arguments.SkipLast(1));
        Assert.Equal("*", environment["K8S_NAMESPACES"]);
        Assert.Contains(("simulator", WaitType.WaitUntilHealthy), model.Waits("watcher"));
    }

    [Fact]
    public async Task Demo_Asked_RemembersOnItsOwn()
    {
        await using var real = await AppModel.DistributedAsync();
        await using var demo = await AppModel.DistributedAsync("--demo");

        // A model remembers nothing.
        Assert.All(Engines.Except(["ollama"]), engine =>
            Assert.NotEqual(real.Last<ContainerMountAnnotation>(engine).Source, demo.Last<ContainerMountAnnotation>(engine).Source));
    }
}

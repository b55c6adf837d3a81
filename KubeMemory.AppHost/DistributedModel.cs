namespace KubeMemory.AppHost;

/// <summary>With containers: every engine, and Watcher, Api and Web as processes of their own. Resource names are the names of the connection strings.</summary>
internal static class DistributedModel
{
    /// <exception cref="AppHostException">A demo was to be published.</exception>
    public static void AddDistributed(this IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (options.Demo && builder.ExecutionContext.IsPublishMode)
        {
            throw new AppHostException("A demo runs on this machine alone: leave out --demo to publish.");
        }

        // What is played must never be mixed with what happened.
        var volumes = options.Demo ? "kubememory-demo" : "kubememory";
        var postgres = builder.AddPostgres("postgres-server")
            .WithImageTag("18.3")
            .WithDataVolume($"{volumes}-postgres")
            .AddDatabase("postgres", "kubememory");
        var redis = builder.AddRedis("redis")
            .WithImageTag("8.6")
            .WithVolume($"{volumes}-redis", "/data")
            .WithArgs(AppendOnly);
        var neo4j = builder.AddNeo4j("neo4j", $"{volumes}-neo4j");
        var chroma = builder.AddChroma("chroma", $"{volumes}-chroma");
        // What the services show each other; people have the key file of mode Local, which the services make.
        var serviceKey = builder.AddParameter("service-key", NewKey(), secret: true, persist: true);

        var watcher = builder.AddProject<Projects.KubeMemory_Watcher>("watcher")
            .WithServiceEndpoint(8002, options.WatcherReplicas)
            .WithEnvironment("KubeMemory__Access__ServiceKey", serviceKey)
            .WithReference(postgres).WaitFor(postgres)
            .WithReference(redis).WaitFor(redis)
            .WithCluster(options);
        var api = builder.AddProject<Projects.KubeMemory_Api>("api")
            .WithServiceEndpoint(8000, options.ApiReplicas)
            .WithExternalHttpEndpoints()
            .WithEnvironment("KubeMemory__Access__ServiceKey", serviceKey)
            // The Web asks for http://api, and so that is the host it names.
            .WithEnvironment("KubeMemory__Access__AllowedHosts__0", "api")
            .WithReference(postgres).WaitFor(postgres)
            .WithReference(redis).WaitFor(redis)
            .WithReference(neo4j).WaitFor(neo4j)
            .WithReference(chroma).WaitFor(chroma);
        var web = builder.AddProject<Projects.KubeMemory_Web>("web")
            .WithServiceEndpoint(5173, replicas: 1)
            .WithExternalHttpEndpoints()
            .WithEnvironment("KubeMemory__Access__ServiceKey", serviceKey)
            // For its keys alone, which it shares with the others.
            .WithReference(postgres).WaitFor(postgres)
            .WithReference(api).WaitFor(api);

        if (options.Ollama)
        {
            builder.AddModels(options, api);
        }

        if (options.Demo)
        {
            builder.AddSimulator(watcher);
        }

        if (builder.ExecutionContext.IsPublishMode)
        {
            builder.AddCompose(watcher, api, web);
        }
    }

    /// <summary>As long as the services want one at least, and more: 43 letters and digits are 256 bits.</summary>
    public static GenerateParameterDefault NewKey() => new() { MinLength = 43, Special = false };

    /// <summary>
    /// Nobody waits for a model: to download one takes minutes, in which incidents are found, stored and judged by the rules; what needs a model
    /// is made up for.
    /// </summary>
    private static void AddModels(this IDistributedApplicationBuilder builder, AppHostOptions options, IResourceBuilder<ProjectResource> api)
    {
        // The same in a demo: a model remembers nothing, and is downloaded once.
        var ollama = builder.AddOllama("ollama").WithImageTag("0.32.15").WithDataVolume("kubememory-ollama");
        api.WithReference(ollama.AddModel("chat", options.ChatModel)).WithReference(ollama.AddModel("embedding", options.EmbeddingModel));
    }

    private static void AddSimulator(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> watcher)
    {
        // This user's alone, as every kubeconfig.
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var kubeconfig = Path.Combine(data, "kubememory", "apphost-demo", "kubeconfig");
        var simulator = builder.AddProject<Projects.KubeMemory_Simulator>("simulator").WithHttpEndpoint(name: "http");
        simulator
            .WithArgs("--scenario", "demo", "--accept-events", "--write-kubeconfig", kubeconfig, "--port", simulator.GetEndpoint("http").Property(EndpointProperty.TargetPort))
            .WithHttpHealthCheck("/readyz");
        watcher.WaitFor(simulator)
            .WithEnvironment(AppHostOptions.KubeconfigPathKey, kubeconfig)
            .WithEnvironment(AppHostOptions.NamespacesKey, "*")
            // Whatever this shell says of the real cluster.
            .WithEnvironment(AppHostOptions.ContextKey, "simulator")
            .WithEnvironment(AppHostOptions.InClusterKey, "false");
    }

    /// <summary>
    /// One process listens itself, so that the address it prints is the one to open. Several share a port through Aspire's proxy, each behind it
    /// on one of its own. Either way on loopback.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithServiceEndpoint(this IResourceBuilder<ProjectResource> service, int port, int replicas) =>
        service.WithHttpEndpoint(port: port, name: "http", isProxied: replicas > 1).WithHttpHealthCheck("/health").WithReplicas(replicas);

    // Not WithPersistence, whose snapshots forget the last minute of signals. To run, Aspire makes a shell's line of these words; to publish,
    // it has made it already: ["-c", "redis-server --requirepass $REDIS_PASSWORD"].
    private static void AppendOnly(CommandLineArgsCallbackContext context)
    {
        if (context.ExecutionContext.IsRunMode)
        {
            context.Args.Add("--appendonly");
            context.Args.Add("yes");
        }
        else
        {
            context.Args[^1] = $"{context.Args[^1]} --appendonly yes";
        }
    }
}

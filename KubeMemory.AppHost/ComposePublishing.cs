using System.Globalization;
using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources.ServiceNodes;

namespace KubeMemory.AppHost;

/// <summary><c>aspire publish</c>: the same system as a docker-compose.yaml. It is of no account where the AppHost runs.</summary>
internal static class ComposePublishing
{
    /// <summary>The tag of the images; one version for all projects.</summary>
    private static readonly string Version = typeof(ComposePublishing).Assembly.GetName().Version!.ToString(3);

    public static void AddCompose(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<ProjectResource> watcher,
        IResourceBuilder<ProjectResource> api,
        IResourceBuilder<ProjectResource> web)
    {
        builder.AddDockerComposeEnvironment("compose").WithDashboard(enabled: false).ConfigureEnvFile(AddVariables);
        // A container listens wider than loopback, which the services refuse until it is said who may come in: whoever has this key.
        var operatorKey = builder.AddParameter("operator-key", DistributedModel.NewKey(), secret: true);
        watcher.WithContainerSettings(8002, operatorKey).WithKubeconfigOfTheHost();
        api.WithContainerSettings(8000, operatorKey).WithLoopbackPort(8000);
        web.WithContainerSettings(5173, operatorKey).WithLoopbackPort(5173);
    }

    private static IResourceBuilder<ProjectResource> WithContainerSettings(
        this IResourceBuilder<ProjectResource> service, int port, IResourceBuilder<ParameterResource> operatorKey) =>
        service
            .WithEnvironment("ASPNETCORE_URLS", string.Create(CultureInfo.InvariantCulture, $"http://+:{port}"))
            // No proxy stands before them, and without one anybody could say whence they come.
            .DisableForwardedHeaders()
            .WithEnvironment("KubeMemory__Access__Mode", "ApiKey")
            .WithEnvironment("KubeMemory__Access__Keys__0__Name", "operator")
            .WithEnvironment("KubeMemory__Access__Keys__0__Key", operatorKey)
            .WithEnvironment("KubeMemory__Access__Keys__0__Role", "operator")
            .PublishAsDockerComposeService((_, container) =>
            {
                // An image of another name can still be given: Aspire names the variable.
                container.Image = $"${{{service.Resource.Name.ToUpperInvariant()}_IMAGE:-kubememory-{service.Resource.Name}:{Version}}}";
                container.Restart = "unless-stopped";
            });

    private static void WithLoopbackPort(this IResourceBuilder<ProjectResource> service, int port) =>
        service.PublishAsDockerComposeService((_, container) => container.Ports = [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}:{port}")]);

    private static void WithKubeconfigOfTheHost(this IResourceBuilder<ProjectResource> watcher) =>
        watcher
            .WithEnvironment(AppHostOptions.KubeconfigPathKey, "/kubeconfig")
            .PublishAsDockerComposeService((_, container) =>
            {
                container.AddVolume(new Volume { Name = "kubeconfig", Type = "bind", Source = "${KUBECONFIG_FILE:?name it in .env}", Target = "/kubeconfig", ReadOnly = true });
                container.User = "${KUBEMEMORY_UID:-1654}";
                container.ExtraHosts["host.docker.internal"] = "host-gateway";
            });

    // Aspire writes its own variables into the file by itself.
    private static void AddVariables(IDictionary<string, CapturedEnvironmentVariable> file)
    {
        Add("KUBECONFIG_FILE", "A kubeconfig that works from within a container");
        Add("KUBEMEMORY_UID", "Whose file that is: on Linux your own number (id -u)");

        void Add(string name, string description) => file[name] = new CapturedEnvironmentVariable { Name = name, Description = description };
    }
}

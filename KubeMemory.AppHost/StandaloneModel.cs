namespace KubeMemory.AppHost;

/// <summary>Without containers: the three services in one process over embedded engines, with the Aspire dashboard for their logs and traces.</summary>
internal static class StandaloneModel
{
    public static void AddStandalone(this IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        var standalone = builder.AddProject<Projects.KubeMemory_Standalone>("standalone")
            .WithHttpEndpoint(port: 8000, name: "api", isProxied: false)
            .WithHttpEndpoint(port: 5173, name: "dashboard", isProxied: false)
            // It listens there by itself; ASPNETCORE_URLS would be for one host, and here are three.
            .WithEndpointsInEnvironment(_ => false)
            .WithExternalHttpEndpoints()
            .WithHttpHealthCheck("/health", endpointName: "api")
            .WithCluster(options);
        if (options.Demo)
        {
            standalone.WithArgs("--demo");
        }
    }
}

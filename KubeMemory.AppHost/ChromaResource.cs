namespace KubeMemory.AppHost;

/// <summary>A Chroma server, asked over its HTTP API v2.</summary>
internal sealed class ChromaResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    /// <summary><c>Endpoint=http://localhost:8000</c></summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Endpoint=http://{new EndpointReference(this, "http").Property(EndpointProperty.HostAndPort)}");
}

internal static class ChromaExtensions
{
    /// <param name="volume">Where the vectors are kept.</param>
    public static IResourceBuilder<ChromaResource> AddChroma(this IDistributedApplicationBuilder builder, string name, string volume) =>
        builder.AddResource(new ChromaResource(name))
            .WithImage("chromadb/chroma", "1.0.20")
            .WithImageRegistry("docker.io")
            .WithHttpEndpoint(targetPort: 8000, name: "http")
            .WithVolume(volume, "/data")
            .WithHttpHealthCheck("/api/v2/heartbeat");
}

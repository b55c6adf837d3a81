namespace KubeMemory.AppHost;

/// <summary>A Neo4j server, asked over its HTTP Query API.</summary>
internal sealed class Neo4jResource(string name, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
{
    /// <summary><c>Endpoint=http://localhost:7474;Username=neo4j;Password=…</c></summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Endpoint=http://{new EndpointReference(this, "http").Property(EndpointProperty.HostAndPort)};Username=neo4j;Password={password}");
}

internal static class Neo4jExtensions
{
    /// <param name="volume">Where the graph is kept.</param>
    public static IResourceBuilder<Neo4jResource> AddNeo4j(this IDistributedApplicationBuilder builder, string name, string volume)
    {
        // The image divides NEO4J_AUTH at the slash, and the connection string at the semicolon.
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        return builder.AddResource(new Neo4jResource(name, password))
            .WithImage("library/neo4j", "5.26.29-community")
            .WithImageRegistry("docker.io")
            .WithHttpEndpoint(targetPort: 7474, name: "http")
            .WithEnvironment("NEO4J_AUTH", ReferenceExpression.Create($"neo4j/{password}"))
            // Everything stays here.
            .WithEnvironment("NEO4J_dbms_usage__report_enabled", "false")
            .WithVolume(volume, "/data")
            .WithHttpHealthCheck("/");
    }
}

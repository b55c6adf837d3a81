using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KubeMemory.Engines.Neo4j;

internal static class Neo4jRegistration
{
    /// <summary>Neo4j behind <see cref="IIncidentGraph"/>.</summary>
    /// <exception cref="FormatException">One sentence: what is wrong with the connection string.</exception>
    internal static IServiceCollection AddNeo4j(this IServiceCollection services, string connectionString) =>
        services.AddNeo4j(connectionString, new Neo4jTiming());

    internal static IServiceCollection AddNeo4j(this IServiceCollection services, string connectionString, Neo4jTiming timing)
    {
        services.AddSingleton(Neo4jConnection.Parse(connectionString));
        services.AddSingleton(timing);
        services.TryAddSingleton(TimeProvider.System);
        var http = services.AddHttpClient(Neo4jClient.HttpName, client => client.Timeout = Timeout.InfiniteTimeSpan);
#pragma warning disable EXTEXP0001 // The services' default handler repeats no POST and knows no Neo4j error: the client waits and repeats by itself.
        http.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        services.AddSingleton<Neo4jClient>();
        services.AddSingleton<IIncidentGraph, Neo4jIncidentGraph>();
        services.AddSingleton<IEngineProbe, Neo4jProbe>();
        services.AddSingleton(new EngineName(EnginePorts.Graph, "Neo4j"));
        return services;
    }
}

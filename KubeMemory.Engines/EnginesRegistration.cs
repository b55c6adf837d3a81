using KubeMemory.Core.Analysis;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Retention;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Chroma;
using KubeMemory.Engines.Models;
using KubeMemory.Engines.Neo4j;
using KubeMemory.Engines.Postgres;
using KubeMemory.Engines.Redis;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Relational.Vectors;
using KubeMemory.Engines.Startup;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KubeMemory.Engines;

/// <summary>The one place that knows which engine serves a port: a connection string selects it, without one the embedded engine serves.</summary>
public static class EnginesRegistration
{
    /// <summary>The names of the connection strings, in the order of design's table.</summary>
    private const string PostgresName = "postgres";
    private const string RedisName = "redis";
    private const string ChromaName = "chroma";
    private const string Neo4jName = "neo4j";

    /// <summary>All ports, on the embedded engines alone.</summary>
    public static IServiceCollection AddKubeMemoryEngines(this IServiceCollection services, EmbeddedEngines embedded)
    {
        ArgumentNullException.ThrowIfNull(embedded);
        var none = new ConfigurationBuilder().Build();
        return services.AddSignalEngines(none, embedded).AddIncidentEngines(none, embedded).AddMemoryEngines(none);
    }

    /// <summary>All ports, for a process of its own.</summary>
    /// <inheritdoc cref="AddSignalEngines"/>
    public static IServiceCollection AddKubeMemoryEngines(this IServiceCollection services, IConfiguration configuration)
    {
        RequireConnectionStrings(configuration);
        // In the order in which they are waited for.
        return services.AddIncidentEngines(configuration, embedded: null).AddSignalEngines(configuration, embedded: null).AddMemoryEngines(configuration);
    }

    /// <summary>Signal stream, leases, live feed, status board.</summary>
    /// <param name="embedded">What serves without a connection string: opened, shared and disposed of by the caller. Null where nothing may.</param>
    /// <exception cref="InvalidOperationException">A connection string is missing or cannot be read; one sentence for people.</exception>
    public static IServiceCollection AddSignalEngines(this IServiceCollection services, IConfiguration configuration, EmbeddedEngines? embedded)
    {
        services.AddStartup();
        if (configuration.ConnectionString(RedisName) is { } redis)
        {
            return services.AddRedisEngines(redis);
        }

        var own = embedded ?? throw Missing(RedisName);
        // Instances, not factories: a container disposes what its factories made, and the hosts share these.
        services.AddSingleton<ISignalStream>(own.Stream);
        services.AddSingleton<ILeases>(own.Leases);
        services.AddSingleton<ILiveFeed>(own.LiveFeed);
        services.AddSingleton<IWatchStatusBoard>(own.StatusBoard);
        services.AddSingleton(new EngineName(EnginePorts.Signals, "SQLite"));
        services.AddSingleton(own.Probe(EnginePorts.Signals));
        return services;
    }

    /// <summary>Incident store and what is asked of it; the rules over it.</summary>
    /// <inheritdoc cref="AddSignalEngines"/>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting of the rules makes no sense.</exception>
    public static IServiceCollection AddIncidentEngines(this IServiceCollection services, IConfiguration configuration, EmbeddedEngines? embedded)
    {
        services.AddStartup();
        if (configuration.ConnectionString(PostgresName) is { } postgres)
        {
            services.AddSingleton(embedded?.IncidentOptions ?? IncidentSettings.Read(configuration));
            services.AddPostgresEngines(postgres);
        }
        else
        {
            var own = embedded ?? throw Missing(PostgresName);
            services.AddSingleton(own.IncidentOptions);
            services.AddSingleton(own.Relational);
            services.AddSingleton<IIncidentReader>(own.Reader);
            services.AddSingleton<IIncidentStore>(own.Store);
            services.AddSingleton<IOutbox>(own.Outbox);
            services.AddSingleton<IProjections>(own.Projections);
            services.AddSingleton<IRetention>(own.Retention);
            services.AddSingleton<IAuditLog>(own.Audit);
            services.AddSingleton<IAnalyses>(own.Analyses);
            services.AddSingleton<IFixes>(own.Fixes);
            services.AddSingleton(new EngineName(EnginePorts.Incidents, "SQLite"));
            services.AddSingleton(own.Probe(EnginePorts.Incidents));
        }

        services.AddSingleton<IIncidentSearch, RelationalIncidentSearch>();
        services.AddSingleton<IncidentIngestor>();
        services.AddSingleton<IncidentLifecycle>();
        return services;
    }

    /// <summary>Vector memory, incident graph, models. Needs <see cref="AddIncidentEngines"/>: what no connection string names is served from the incident store.</summary>
    /// <inheritdoc cref="AddSignalEngines"/>
    public static IServiceCollection AddMemoryEngines(this IServiceCollection services, IConfiguration configuration)
    {
        try
        {
            _ = configuration.ConnectionString(ChromaName) is { } chroma ? services.AddChroma(chroma) : services.AddRelationalVectors();
            _ = configuration.ConnectionString(Neo4jName) is { } neo4j ? services.AddNeo4j(neo4j) : services.AddRelationalGraph();
        }
        catch (FormatException mistake)
        {
            throw new InvalidOperationException(mistake.Message, mistake);
        }

        return services.AddModels(configuration);
    }

    /// <summary>A separate process must never fall back to a private file, also where it does not need the engine itself.</summary>
    /// <exception cref="InvalidOperationException">One is missing; the message names all that are.</exception>
    public static void RequireConnectionStrings(IConfiguration configuration)
    {
        var missing = new[] { PostgresName, RedisName }.Where(name => configuration.ConnectionString(name) is null).ToArray();
        if (missing.Length > 0)
        {
            throw Missing(missing);
        }
    }

    private static void AddStartup(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EnginesReady>();
        services.AddHostedService<EnginesStartup>();
    }

    private static string? ConnectionString(this IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static InvalidOperationException Missing(params string[] names) =>
        new($"The connection string{(names.Length > 1 ? "s" : "")} {string.Join(" and ", names.Select(name => $"\"{name}\""))} {(names.Length > 1 ? "are" : "is")} missing: "
            + $"set {string.Join(" and ", names.Select(name => $"ConnectionStrings__{name}"))} (the Watcher and every Api take the same ones, so that none keeps a memory of its own), "
            + "or run KubeMemory.Standalone, which needs none.");
}

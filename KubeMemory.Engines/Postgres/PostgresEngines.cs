using KubeMemory.Core.Analysis;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Retention;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

internal static class PostgresEngines
{
    /// <summary>The ports of the incidents on PostgreSQL. <see cref="IncidentOptions"/> and <see cref="IncidentLifecycle"/> come from the caller.</summary>
    /// <exception cref="InvalidOperationException">The connection string cannot be read; one sentence, which does not repeat it.</exception>
    public static IServiceCollection AddPostgresEngines(this IServiceCollection services, string connectionString)
    {
        PostgresConnectionString.Check(connectionString);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => PostgresDatabase.Pool(connectionString));
        services.AddSingleton(provider =>
            new PostgresDatabase(provider.GetRequiredService<NpgsqlDataSource>(), PostgresDatabase.NameOf(connectionString)));
        services.AddSingleton<RelationalDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
        services.TryAddSingleton<Wakeup>();
        services.AddSingleton<IIncidentStore, PostgresIncidentStore>();
        services.AddSingleton<RelationalIncidentReader>();
        services.AddSingleton<IIncidentReader>(provider => provider.GetRequiredService<RelationalIncidentReader>());
        services.AddSingleton<IOutbox, RelationalOutbox>();
        services.AddSingleton<IProjections, RelationalProjections>();
        services.AddSingleton<IRetention, RelationalRetention>();
        services.AddSingleton<IAuditLog, RelationalAuditLog>();
        services.AddSingleton<RelationalAnalyses>();
        services.AddSingleton<IAnalyses>(provider => provider.GetRequiredService<RelationalAnalyses>());
        services.AddSingleton<IFixes, RelationalFixes>();
        services.AddSingleton<IEngineStart>(new PostgresStart(connectionString));
        services.AddSingleton<IEngineProbe, PostgresProbe>();
        services.AddSingleton(new EngineName(EnginePorts.Incidents, "PostgreSQL"));
        return services;
    }
}

using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KubeMemory.Engines.Relational.Vectors;

internal static class RelationalVectorsRegistration
{
    /// <summary>The vector memory without a server of its own; needs a <see cref="RelationalDatabase"/> and a <see cref="TimeProvider"/>.</summary>
    internal static IServiceCollection AddRelationalVectors(this IServiceCollection services)
    {
        services.AddSingleton<IVectorMemory, RelationalVectorMemory>();
        services.AddSingleton<IEngineProbe, RelationalVectorProbe>();
        services.AddSingleton(provider => new EngineName(
            EnginePorts.Vectors, $"exact search, {(provider.GetRequiredService<RelationalDatabase>() is SqliteRelational ? "SQLite" : "PostgreSQL")}"));
        return services;
    }
}

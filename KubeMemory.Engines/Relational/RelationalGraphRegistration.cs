using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace KubeMemory.Engines.Relational;

internal static class RelationalGraphRegistration
{
    /// <summary>The incident graph without a server of its own; needs a <see cref="RelationalDatabase"/> and <see cref="IProjections"/>.</summary>
    internal static IServiceCollection AddRelationalGraph(this IServiceCollection services)
    {
        services.AddSingleton<IIncidentGraph, RelationalIncidentGraph>();
        services.AddSingleton<IEngineProbe, Probe>();
        services.AddSingleton(new EngineName(EnginePorts.Graph, "incident store"));
        return services;
    }

    private sealed class Probe(RelationalDatabase database) : IEngineProbe
    {
        public string Port => EnginePorts.Graph;

        public Task AskAsync(CancellationToken cancellationToken) =>
            database.ReadAsync(session => session.NumberAsync("SELECT MAX(id) FROM incidents"), cancellationToken);
    }
}

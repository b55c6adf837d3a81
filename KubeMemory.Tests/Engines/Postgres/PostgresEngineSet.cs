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
using KubeMemory.Engines.Postgres;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Startup;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Engines.Postgres;

/// <summary>The incidents' ports on a database of their own, as the services register them; what is no incident's is the embedded size's.</summary>
internal sealed class PostgresEngineSet : EngineSet
{
    private readonly string _connectionString;
    private readonly EmbeddedEngineSet _streams;
    private ServiceProvider _services = null!;

    private PostgresEngineSet(string connectionString, EmbeddedEngineSet streams)
    {
        _connectionString = connectionString;
        _streams = streams;
    }

    public override ISignalStream Stream => _streams.Stream;

    public override ILeases Leases => _streams.Leases;

    public override ILiveFeed Feed => _streams.Feed;

    public override IWatchStatusBoard Board => _streams.Board;

    public override IIncidentReader Reader => _services.GetRequiredService<IIncidentReader>();

    public override IIncidentStore Store => _services.GetRequiredService<IIncidentStore>();

    public override IOutbox Outbox => _services.GetRequiredService<IOutbox>();

    public override IProjections Projections => _services.GetRequiredService<IProjections>();

    public override IRetention Retention => _services.GetRequiredService<IRetention>();

    public override IAuditLog Audit => _services.GetRequiredService<IAuditLog>();

    public override IAnalyses Analyses => _services.GetRequiredService<IAnalyses>();

    public override IFixes Fixes => _services.GetRequiredService<IFixes>();

    public RelationalDatabase Database => _services.GetRequiredService<RelationalDatabase>();

    public IEngineStart Startup => _services.GetRequiredService<IEngineStart>();

    public IEngineProbe Probe => _services.GetRequiredService<IEngineProbe>();

    /// <param name="connectionString">Of a database that may be brought up to date already.</param>
    public static async Task<PostgresEngineSet> OpenAsync(string connectionString)
    {
        var set = new PostgresEngineSet(connectionString, await EmbeddedEngineSet.OpenAsync());
        await set.OpenServicesAsync();
        return set;
    }

    public override async Task RestartAsync()
    {
        await _services.DisposeAsync();
        await _streams.RestartAsync();
        await OpenServicesAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _streams.DisposeAsync();
    }

    private async Task OpenServicesAsync()
    {
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Options)
            .AddSingleton<IncidentLifecycle>()
            .AddPostgresEngines(_connectionString)
            .BuildServiceProvider();
        await Startup.StartAsync(TestContext.Current.CancellationToken);
    }
}

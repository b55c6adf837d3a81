using KubeMemory.Core.Memory;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Relational.Vectors;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;

namespace KubeMemory.Tests.Engines.Postgres;

public sealed class PostgresIncidentRulesTests(PostgresFixture postgres) : IncidentRulesContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

public sealed class PostgresProjectionsTests(PostgresFixture postgres) : ProjectionsContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

public sealed class PostgresRetentionTests(PostgresFixture postgres) : RetentionContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

public sealed class PostgresAuditTests(PostgresFixture postgres) : AuditContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

public sealed class PostgresAnalysesTests(PostgresFixture postgres) : AnalysesContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

public sealed class PostgresFixesTests(PostgresFixture postgres) : FixesContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

public sealed class PostgresHostileSignalsTests(PostgresFixture postgres) : HostileSignalsContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

/// <summary>Where there is a PostgreSQL and no Neo4j, its tables are the graph.</summary>
public sealed class PostgresIncidentGraphTests(PostgresFixture postgres) : IncidentGraphContract
{
    private protected override async Task<GraphSet> OpenAsync()
    {
        var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        return new StoreGraphSet(engines, new RelationalIncidentGraph(engines.Database, engines.Projections));
    }
}

/// <summary>Where there is a PostgreSQL and no Chroma, its tables keep the vectors.</summary>
public sealed class PostgresVectorMemoryTests(PostgresFixture postgres) : VectorMemoryContract
{
    protected override async Task<VectorMemorySet> OpenAsync() => new PostgresVectorMemorySet(await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync()));

    private sealed class PostgresVectorMemorySet(PostgresEngineSet engines) : VectorMemorySet
    {
        private RelationalVectorMemory _memory = new(engines.Database, TimeProvider.System);

        public override IVectorMemory Memory => _memory;

        public override async Task RestartAsync()
        {
            await engines.RestartAsync();
            _memory = new RelationalVectorMemory(engines.Database, TimeProvider.System);
        }

        public override ValueTask DisposeAsync() => engines.DisposeAsync();
    }
}

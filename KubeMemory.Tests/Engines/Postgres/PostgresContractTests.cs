using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;

namespace KubeMemory.Tests.Engines.Postgres;

public sealed class PostgresIncidentRulesTests(PostgresFixture postgres) : IncidentRulesContract
{
    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

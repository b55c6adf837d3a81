using KubeMemory.Core.Memory;
using KubeMemory.Engines.Relational;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;

namespace KubeMemory.Tests.Engines.Postgres;

public sealed class PostgresIncidentSearchTests(PostgresFixture postgres) : IncidentSearchContract
{
    protected override IIncidentSearch Search => new RelationalIncidentSearch(((PostgresEngineSet)Engines).Database);

    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
}

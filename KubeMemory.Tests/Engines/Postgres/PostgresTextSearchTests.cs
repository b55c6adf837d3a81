using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Postgres;
using KubeMemory.Engines.Relational;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;

namespace KubeMemory.Tests.Engines.Postgres;

public sealed class PostgresTextSearchTests(PostgresFixture postgres) : TextSearchContract
{
    protected override IReadOnlyList<string> Indexes => ["ix_incident_texts", "ix_evidence_words"];

    private RelationalDatabase Database => ((PostgresEngineSet)Engines).Database;

    protected override async Task<EngineSet> OpenAsync() => await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());

    protected override Task RunAsync(string sql) => Database.WriteAsync(session => session.RunAsync(sql), Token);

    /// <summary>On tables that are worth an index, with the entries that wait beside it brought in: otherwise the server rightly reads them whole.</summary>
    protected override Task<string> PlanAsync(IncidentQuery query)
    {
        var (where, values) = IncidentFilter.Of(query, PostgresDialect.Instance);
        return Database.WriteAsync(
            async session =>
            {
                await session.RunAsync("INSERT INTO incident_texts SELECT n, FALSE, md5(n::text) || md5((-n)::text) FROM generate_series(1, 20000) n");
                await session.RunAsync(
                    """
                    INSERT INTO evidence (incident_id, ordinal, kind, key, title, text, observed_at, previous, stored_at)
                    SELECT n, 1, 'Log', 'k', 'Log', repeat(md5(n::text) || ' ', 20), now(), FALSE, now() FROM generate_series(1, 5000) n
                    """);
                await session.RunAsync("SELECT gin_clean_pending_list('ix_incident_texts'), gin_clean_pending_list('ix_evidence_words')");
                await session.RunAsync("ANALYZE");
                var lines = await session.ListAsync(
                    $"EXPLAIN SELECT i.id FROM incidents i LEFT JOIN clusters c ON c.id = i.cluster_id WHERE {where}", row => row.GetString(0), [.. values]);
                return string.Join('\n', lines);
            },
            Token);
    }
}

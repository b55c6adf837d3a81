using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Sqlite;
using KubeMemory.Tests.Engines.Contracts;
using Xunit;

namespace KubeMemory.Tests.Engines.Embedded;

public sealed class EmbeddedTextSearchTests : TextSearchContract
{
    private string _file = "";

    protected override IReadOnlyList<string> Indexes => ["incident_texts VIRTUAL TABLE INDEX", "SCAN t VIRTUAL TABLE INDEX"];

    protected override async Task<EngineSet> OpenAsync()
    {
        var engines = await EmbeddedEngineSet.OpenAsync();
        _file = Assert.Single(Directory.GetFiles(engines.Folder, "*.db"));
        return engines;
    }

    protected override async Task RunAsync(string sql)
    {
        await using var database = SqliteDatabase.Open(_file);
        await database.WriteAsync(session => session.Run(sql), Token);
    }

    protected override async Task<string> PlanAsync(IncidentQuery query)
    {
        await using var database = SqliteDatabase.Open(_file);
        var (where, values) = IncidentFilter.Of(query, SqliteDialect.Instance);
        return await database.ReadAsync(
            session => string.Join('\n', session.List(
                $"EXPLAIN QUERY PLAN SELECT i.id FROM incidents i LEFT JOIN clusters c ON c.id = i.cluster_id WHERE {where}",
                row => row.GetString(3),
                [.. values])),
            Token);
    }
}

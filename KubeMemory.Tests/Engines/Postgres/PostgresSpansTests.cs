using KubeMemory.Engines.Postgres;
using Xunit;

namespace KubeMemory.Tests.Engines.Postgres;

public sealed class PostgresSpansTests
{
    [Theory]
    [InlineData("SELECT id, trace_parent FROM incidents WHERE id = ANY($1)", "SELECT incidents")]
    [InlineData("DELETE FROM outbox WHERE projector = $1", "DELETE outbox")]
    [InlineData("UPDATE outbox SET visible_at = $3 WHERE subject IN (SELECT subject FROM outbox FOR UPDATE SKIP LOCKED)", "UPDATE outbox")]
    [InlineData("SELECT w.n FROM unnest($1) WITH ORDINALITY w(key, n) JOIN LATERAL (SELECT * FROM series) s ON TRUE", "SELECT series")]
    [InlineData("SELECT incident_id FROM (\n  SELECT * FROM subjects) kept", "SELECT subjects")]
    [InlineData("INSERT INTO incidents (id) SELECT id FROM staged", "INSERT incidents")]
    [InlineData("COPY staged_incidents (id) FROM STDIN (FORMAT BINARY)", "COPY staged_incidents")]
    [InlineData("SELECT 1", "SELECT")]
    [InlineData("LISTEN outbox", null)]
    public void NameOf_Statement_SaysWhatItDoesToWhich(string sql, string? expected) => Assert.Equal(expected, PostgresSpans.NameOf(sql));
}

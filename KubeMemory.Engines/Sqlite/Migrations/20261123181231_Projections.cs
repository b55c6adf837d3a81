using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KubeMemory.Engines.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Projections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "dead_at",
                table: "outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "dead_reason",
                table: "outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "compacted_at",
                table: "incidents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "stored_at",
                table: "incidents",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "stored_at",
                table: "evidence",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "projections",
                columns: table => new
                {
                    projector = table.Column<string>(type: "TEXT", nullable: false),
                    target = table.Column<string>(type: "TEXT", nullable: false),
                    serving = table.Column<string>(type: "TEXT", nullable: true),
                    cursor = table.Column<long>(type: "INTEGER", nullable: true),
                    total = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_projections", x => x.projector);
                });

            migrationBuilder.CreateTable(
                name: "stream_gates",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    gate = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stream_gates", x => new { x.cluster_id, x.gate });
                });

            migrationBuilder.CreateTable(
                name: "vector_spaces",
                columns: table => new
                {
                    space = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vector_spaces", x => x.space);
                });

            migrationBuilder.CreateTable(
                name: "vectors",
                columns: table => new
                {
                    space = table.Column<string>(type: "TEXT", nullable: false),
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    @namespace = table.Column<string>(name: "namespace", type: "TEXT", nullable: false),
                    workload = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    vector = table.Column<byte[]>(type: "BLOB", nullable: true),
                    document = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vectors", x => new { x.space, x.id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_incidents_stored",
                table: "incidents",
                column: "stored_at",
                filter: "compacted_at IS NULL AND status = 'Resolved'");

            migrationBuilder.CreateIndex(
                name: "ix_evidence_logs",
                table: "evidence",
                column: "stored_at",
                filter: "kind = 'Log'");

            migrationBuilder.CreateIndex(
                name: "ix_vectors_incident",
                table: "vectors",
                column: "incident_id");

            migrationBuilder.CreateIndex(
                name: "ix_vectors_version",
                table: "vectors",
                columns: new[] { "space", "version" });

            // Retention counts from when something was stored; of what is there nobody knows it, so from now.
            migrationBuilder.Sql("UPDATE incidents SET stored_at = CAST(unixepoch('subsec') * 1000000 AS INTEGER)");
            migrationBuilder.Sql("UPDATE evidence SET stored_at = CAST(unixepoch('subsec') * 1000000 AS INTEGER)");
            // The stream counts what arrives and what fails in a table of its own.
            migrationBuilder.Sql("INSERT INTO stream_gates (cluster_id, gate, count) SELECT cluster_id, gate, count FROM gates WHERE gate IN ('received', 'filtered', 'failed')");
            migrationBuilder.Sql("DELETE FROM gates WHERE gate IN ('received', 'filtered', 'failed')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "projections");

            migrationBuilder.DropTable(
                name: "stream_gates");

            migrationBuilder.DropTable(
                name: "vector_spaces");

            migrationBuilder.DropTable(
                name: "vectors");

            migrationBuilder.DropIndex(
                name: "ix_incidents_stored",
                table: "incidents");

            migrationBuilder.DropIndex(
                name: "ix_evidence_logs",
                table: "evidence");

            migrationBuilder.DropColumn(
                name: "dead_at",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "dead_reason",
                table: "outbox");

            migrationBuilder.DropColumn(
                name: "compacted_at",
                table: "incidents");

            migrationBuilder.DropColumn(
                name: "stored_at",
                table: "incidents");

            migrationBuilder.DropColumn(
                name: "stored_at",
                table: "evidence");
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KubeMemory.Engines.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Analyses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "analyses",
                columns: table => new
                {
                    analysis_key = table.Column<string>(type: "TEXT", nullable: false),
                    result = table.Column<string>(type: "TEXT", nullable: true),
                    completed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    reserved_by = table.Column<long>(type: "INTEGER", nullable: true),
                    reserved_until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_analyses", x => x.analysis_key);
                });

            migrationBuilder.CreateTable(
                name: "analysis_days",
                columns: table => new
                {
                    day = table.Column<long>(type: "INTEGER", nullable: false),
                    completed = table.Column<long>(type: "INTEGER", nullable: false),
                    reused = table.Column<long>(type: "INTEGER", nullable: false),
                    tokens = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_analysis_days", x => x.day);
                });

            migrationBuilder.CreateTable(
                name: "analysis_requests",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    force = table.Column<bool>(type: "INTEGER", nullable: false),
                    token = table.Column<string>(type: "TEXT", nullable: true),
                    visible_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    queued_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    next_priority = table.Column<int>(type: "INTEGER", nullable: true),
                    next_force = table.Column<bool>(type: "INTEGER", nullable: false),
                    analysis_key = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_analysis_requests", x => x.incident_id);
                });

            migrationBuilder.CreateTable(
                name: "fixes",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    worked = table.Column<bool>(type: "INTEGER", nullable: true),
                    correction = table.Column<string>(type: "TEXT", nullable: true),
                    signature_id = table.Column<string>(type: "TEXT", nullable: true),
                    by_name = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    edited_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fixes", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_analyses_completed",
                table: "analyses",
                column: "completed_at");

            migrationBuilder.CreateIndex(
                name: "ix_analyses_reserved",
                table: "analyses",
                column: "reserved_by",
                filter: "reserved_by IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_analysis_requests_due",
                table: "analysis_requests",
                columns: new[] { "priority", "queued_at", "incident_id" },
                descending: new[] { true, false, false },
                filter: "state IN ('Queued', 'Running')");

            migrationBuilder.CreateIndex(
                name: "ix_analysis_requests_failed",
                table: "analysis_requests",
                column: "state",
                filter: "state = 'Failed'");

            migrationBuilder.CreateIndex(
                name: "ix_analysis_requests_key",
                table: "analysis_requests",
                column: "analysis_key",
                filter: "analysis_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_fixes_incident",
                table: "fixes",
                column: "incident_id");

            SqliteTextSearch.CreateFixes(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            SqliteTextSearch.DropFixes(migrationBuilder);

            migrationBuilder.DropTable(
                name: "analyses");

            migrationBuilder.DropTable(
                name: "analysis_days");

            migrationBuilder.DropTable(
                name: "analysis_requests");

            migrationBuilder.DropTable(
                name: "fixes");
        }
    }
}

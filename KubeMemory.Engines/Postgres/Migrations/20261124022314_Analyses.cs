using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace KubeMemory.Engines.Postgres.Migrations
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
                    analysis_key = table.Column<string>(type: "text", nullable: false),
                    result = table.Column<string>(type: "text", nullable: true),
                    completed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reserved_by = table.Column<long>(type: "bigint", nullable: true),
                    reserved_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_analyses", x => x.analysis_key);
                });

            migrationBuilder.CreateTable(
                name: "analysis_days",
                columns: table => new
                {
                    day = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    completed = table.Column<long>(type: "bigint", nullable: false),
                    reused = table.Column<long>(type: "bigint", nullable: false),
                    tokens = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_analysis_days", x => x.day);
                });

            migrationBuilder.CreateTable(
                name: "analysis_requests",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    force = table.Column<bool>(type: "boolean", nullable: false),
                    token = table.Column<string>(type: "text", nullable: true),
                    visible_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    next_priority = table.Column<int>(type: "integer", nullable: true),
                    next_force = table.Column<bool>(type: "boolean", nullable: false),
                    analysis_key = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_analysis_requests", x => x.incident_id);
                });

            migrationBuilder.CreateTable(
                name: "fixes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    worked = table.Column<bool>(type: "boolean", nullable: true),
                    correction = table.Column<string>(type: "text", nullable: true),
                    signature_id = table.Column<string>(type: "text", nullable: true),
                    by_name = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    edited_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
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

            PostgresTextSearch.CreateFixes(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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

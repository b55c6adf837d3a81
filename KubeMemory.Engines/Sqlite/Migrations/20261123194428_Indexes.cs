using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KubeMemory.Engines.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Indexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outbox_visible",
                table: "outbox");

            migrationBuilder.CreateIndex(
                name: "ix_sightings_incident",
                table: "sightings",
                column: "incident_id");

            migrationBuilder.CreateIndex(
                name: "ix_series_incident",
                table: "series",
                column: "incident_id");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_visible",
                table: "outbox",
                columns: new[] { "projector", "visible_at", "subject" },
                filter: "dead_reason IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_incidents_previous",
                table: "incidents",
                column: "previous_id",
                filter: "previous_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_sightings_incident",
                table: "sightings");

            migrationBuilder.DropIndex(
                name: "ix_series_incident",
                table: "series");

            migrationBuilder.DropIndex(
                name: "ix_outbox_visible",
                table: "outbox");

            migrationBuilder.DropIndex(
                name: "ix_incidents_previous",
                table: "incidents");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_visible",
                table: "outbox",
                columns: new[] { "projector", "visible_at" });
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KubeMemory.Engines.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TextSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => SqliteTextSearch.Create(migrationBuilder);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => SqliteTextSearch.Drop(migrationBuilder);
    }
}

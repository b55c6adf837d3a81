using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace KubeMemory.Engines.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class First : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "incident_ids");

            migrationBuilder.CreateSequence(
                name: "storm_ids");

            migrationBuilder.CreateTable(
                name: "activity",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    bucket_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    occurrences = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_activity", x => new { x.incident_id, x.bucket_at });
                });

            migrationBuilder.CreateTable(
                name: "clusters",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    captured_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    pods_readable = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_clusters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "evidence",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    observed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    pod_name = table.Column<string>(type: "text", nullable: true),
                    container = table.Column<string>(type: "text", nullable: true),
                    previous = table.Column<bool>(type: "boolean", nullable: false),
                    stored_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_evidence", x => new { x.incident_id, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "gates",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "text", nullable: false),
                    gate = table.Column<string>(type: "text", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates", x => new { x.cluster_id, x.gate });
                });

            migrationBuilder.CreateTable(
                name: "incidents",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    incident_key = table.Column<string>(type: "text", nullable: false),
                    cluster_id = table.Column<string>(type: "text", nullable: false),
                    @namespace = table.Column<string>(name: "namespace", type: "text", nullable: false),
                    workload_kind = table.Column<string>(type: "text", nullable: false),
                    workload = table.Column<string>(type: "text", nullable: false),
                    container = table.Column<string>(type: "text", nullable: false),
                    family = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    severity = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    flapping = table.Column<bool>(type: "boolean", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    signature = table.Column<string>(type: "text", nullable: false),
                    text_rank = table.Column<int>(type: "integer", nullable: false),
                    text_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    pod_name = table.Column<string>(type: "text", nullable: true),
                    node_name = table.Column<string>(type: "text", nullable: true),
                    image = table.Column<string>(type: "text", nullable: true),
                    occurred_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    resolved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    occurrences = table.Column<long>(type: "bigint", nullable: false),
                    affected_pods = table.Column<int>(type: "integer", nullable: false),
                    restart_count = table.Column<int>(type: "integer", nullable: false),
                    desired_replicas = table.Column<int>(type: "integer", nullable: true),
                    ready_replicas = table.Column<int>(type: "integer", nullable: true),
                    replicas_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reopenings = table.Column<string>(type: "text", nullable: false),
                    previous_id = table.Column<long>(type: "bigint", nullable: true),
                    history = table.Column<bool>(type: "boolean", nullable: false),
                    trace_parent = table.Column<string>(type: "text", nullable: true),
                    worst_pod = table.Column<string>(type: "text", nullable: true),
                    evidence_asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    evidence_pod = table.Column<string>(type: "text", nullable: true),
                    event_texts = table.Column<int>(type: "integer", nullable: false),
                    missing_evidence = table.Column<string>(type: "text", nullable: true),
                    storm_id = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    stored_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    compacted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incidents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    projector = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    history = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    visible_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    dead_reason = table.Column<string>(type: "text", nullable: true),
                    dead_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => new { x.projector, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "projections",
                columns: table => new
                {
                    projector = table.Column<string>(type: "text", nullable: false),
                    target = table.Column<string>(type: "text", nullable: false),
                    serving = table.Column<string>(type: "text", nullable: true),
                    cursor = table.Column<long>(type: "bigint", nullable: true),
                    total = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_projections", x => x.projector);
                });

            migrationBuilder.CreateTable(
                name: "series",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    cluster_id = table.Column<string>(type: "text", nullable: false),
                    series_key = table.Column<string>(type: "text", nullable: false),
                    incident_id = table.Column<long>(type: "bigint", nullable: true),
                    occurrences = table.Column<long>(type: "bigint", nullable: false),
                    held = table.Column<long>(type: "bigint", nullable: false),
                    held_key = table.Column<string>(type: "text", nullable: true),
                    held_signal = table.Column<byte[]>(type: "bytea", nullable: true),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_series", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sightings",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "text", nullable: false),
                    cause_key = table.Column<string>(type: "text", nullable: false),
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    first_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sightings", x => new { x.cluster_id, x.cause_key, x.incident_id });
                });

            migrationBuilder.CreateTable(
                name: "storms",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    cluster_id = table.Column<string>(type: "text", nullable: false),
                    cause_key = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    history = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_storms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "subjects",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    is_pod = table.Column<bool>(type: "boolean", nullable: false),
                    node_name = table.Column<string>(type: "text", nullable: true),
                    restart_count = table.Column<int>(type: "integer", nullable: false),
                    first_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    event_occurrences = table.Column<long>(type: "bigint", nullable: false),
                    state_occurrences = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subjects", x => new { x.incident_id, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "timeline",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timeline", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vector_spaces",
                columns: table => new
                {
                    space = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vector_spaces", x => x.space);
                });

            migrationBuilder.CreateTable(
                name: "vectors",
                columns: table => new
                {
                    space = table.Column<string>(type: "text", nullable: false),
                    id = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    incident_id = table.Column<long>(type: "bigint", nullable: false),
                    cluster_id = table.Column<string>(type: "text", nullable: false),
                    @namespace = table.Column<string>(name: "namespace", type: "text", nullable: false),
                    workload = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    document = table.Column<string>(type: "text", nullable: false),
                    vector = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vectors", x => new { x.space, x.id });
                });

            migrationBuilder.CreateTable(
                name: "workloads",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "text", nullable: false),
                    @namespace = table.Column<string>(name: "namespace", type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    desired = table.Column<int>(type: "integer", nullable: false),
                    ready = table.Column<int>(type: "integer", nullable: false),
                    all_ready_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workloads", x => new { x.cluster_id, x.@namespace, x.kind, x.name });
                });

            migrationBuilder.CreateIndex(
                name: "ix_evidence_logs",
                table: "evidence",
                column: "stored_at",
                filter: "kind = 'Log'");

            migrationBuilder.CreateIndex(
                name: "ux_evidence",
                table: "evidence",
                columns: new[] { "incident_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_incidents_key",
                table: "incidents",
                columns: new[] { "incident_key", "resolved_at" });

            migrationBuilder.CreateIndex(
                name: "ix_incidents_last_seen",
                table: "incidents",
                columns: new[] { "last_seen_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_incidents_occurred",
                table: "incidents",
                columns: new[] { "occurred_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_incidents_occurrences",
                table: "incidents",
                columns: new[] { "occurrences", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_incidents_severity",
                table: "incidents",
                columns: new[] { "severity", "last_seen_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_incidents_signature",
                table: "incidents",
                column: "signature")
                .Annotation("Npgsql:IndexMethod", "hash");

            migrationBuilder.CreateIndex(
                name: "ix_incidents_stored",
                table: "incidents",
                column: "stored_at",
                filter: "compacted_at IS NULL AND status = 'Resolved'");

            migrationBuilder.CreateIndex(
                name: "ix_incidents_storm",
                table: "incidents",
                column: "storm_id");

            migrationBuilder.CreateIndex(
                name: "ix_incidents_workload",
                table: "incidents",
                columns: new[] { "cluster_id", "namespace", "workload_kind", "workload" });

            migrationBuilder.CreateIndex(
                name: "ux_incidents_unresolved",
                table: "incidents",
                column: "incident_key",
                unique: true,
                filter: "status <> 'Resolved'");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_visible",
                table: "outbox",
                columns: new[] { "projector", "visible_at" });

            migrationBuilder.CreateIndex(
                name: "ix_series_held",
                table: "series",
                column: "held_key",
                filter: "held_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ux_series",
                table: "series",
                columns: new[] { "cluster_id", "series_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_storms_cause",
                table: "storms",
                columns: new[] { "cluster_id", "cause_key", "last_seen_at" });

            migrationBuilder.CreateIndex(
                name: "ix_storms_last_seen",
                table: "storms",
                column: "last_seen_at");

            migrationBuilder.CreateIndex(
                name: "ix_vectors_incident",
                table: "vectors",
                column: "incident_id");

            migrationBuilder.CreateIndex(
                name: "ix_vectors_version",
                table: "vectors",
                columns: new[] { "space", "version" });

            // Rows that are changed with every batch keep room beside them, so that their indexes need not follow.
            migrationBuilder.Sql("ALTER TABLE series SET (fillfactor = 80); ALTER TABLE subjects SET (fillfactor = 80); ALTER TABLE activity SET (fillfactor = 80); ALTER TABLE incidents SET (fillfactor = 80);");
            migrationBuilder.Sql("CREATE UNIQUE INDEX ux_timeline ON timeline (incident_id, at, kind, md5(text));");
            PostgresTextSearch.Create(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            PostgresTextSearch.Drop(migrationBuilder);

            migrationBuilder.DropTable(
                name: "activity");

            migrationBuilder.DropTable(
                name: "clusters");

            migrationBuilder.DropTable(
                name: "evidence");

            migrationBuilder.DropTable(
                name: "gates");

            migrationBuilder.DropTable(
                name: "incidents");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "projections");

            migrationBuilder.DropTable(
                name: "series");

            migrationBuilder.DropTable(
                name: "sightings");

            migrationBuilder.DropTable(
                name: "storms");

            migrationBuilder.DropTable(
                name: "subjects");

            migrationBuilder.DropTable(
                name: "timeline");

            migrationBuilder.DropTable(
                name: "vector_spaces");

            migrationBuilder.DropTable(
                name: "vectors");

            migrationBuilder.DropTable(
                name: "workloads");

            migrationBuilder.DropSequence(
                name: "incident_ids");

            migrationBuilder.DropSequence(
                name: "storm_ids");
        }
    }
}

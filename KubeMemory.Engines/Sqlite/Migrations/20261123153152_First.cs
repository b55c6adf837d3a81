using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KubeMemory.Engines.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class First : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "activity",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    bucket_at = table.Column<long>(type: "INTEGER", nullable: false),
                    occurrences = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_activity", x => new { x.incident_id, x.bucket_at });
                });

            migrationBuilder.CreateTable(
                name: "checkpoints",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    resource_version = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_checkpoints", x => new { x.cluster_id, x.scope });
                });

            migrationBuilder.CreateTable(
                name: "clusters",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    captured_at = table.Column<long>(type: "INTEGER", nullable: true),
                    pods_readable = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_clusters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dead_letters",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    topic = table.Column<string>(type: "TEXT", nullable: false),
                    group_name = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    payload = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dead_letters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "evidence",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    observed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    pod_name = table.Column<string>(type: "TEXT", nullable: true),
                    container = table.Column<string>(type: "TEXT", nullable: true),
                    previous = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_evidence", x => new { x.incident_id, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "gates",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    gate = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates", x => new { x.cluster_id, x.gate });
                });

            migrationBuilder.CreateTable(
                name: "incidents",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    incident_key = table.Column<string>(type: "TEXT", nullable: false),
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    @namespace = table.Column<string>(name: "namespace", type: "TEXT", nullable: false),
                    workload_kind = table.Column<string>(type: "TEXT", nullable: false),
                    workload = table.Column<string>(type: "TEXT", nullable: false),
                    container = table.Column<string>(type: "TEXT", nullable: false),
                    family = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    severity = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    flapping = table.Column<bool>(type: "INTEGER", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    signature = table.Column<string>(type: "TEXT", nullable: false),
                    text_rank = table.Column<int>(type: "INTEGER", nullable: false),
                    text_at = table.Column<long>(type: "INTEGER", nullable: false),
                    pod_name = table.Column<string>(type: "TEXT", nullable: true),
                    node_name = table.Column<string>(type: "TEXT", nullable: true),
                    image = table.Column<string>(type: "TEXT", nullable: true),
                    occurred_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    resolved_at = table.Column<long>(type: "INTEGER", nullable: true),
                    occurrences = table.Column<long>(type: "INTEGER", nullable: false),
                    affected_pods = table.Column<int>(type: "INTEGER", nullable: false),
                    restart_count = table.Column<int>(type: "INTEGER", nullable: false),
                    desired_replicas = table.Column<int>(type: "INTEGER", nullable: true),
                    ready_replicas = table.Column<int>(type: "INTEGER", nullable: true),
                    replicas_at = table.Column<long>(type: "INTEGER", nullable: true),
                    reopenings = table.Column<string>(type: "TEXT", nullable: false),
                    previous_id = table.Column<long>(type: "INTEGER", nullable: true),
                    history = table.Column<bool>(type: "INTEGER", nullable: false),
                    trace_parent = table.Column<string>(type: "TEXT", nullable: true),
                    worst_pod = table.Column<string>(type: "TEXT", nullable: true),
                    evidence_asked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    evidence_pod = table.Column<string>(type: "TEXT", nullable: true),
                    event_texts = table.Column<int>(type: "INTEGER", nullable: false),
                    missing_evidence = table.Column<string>(type: "TEXT", nullable: true),
                    storm_id = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incidents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "leases",
                columns: table => new
                {
                    resource = table.Column<string>(type: "TEXT", nullable: false),
                    holder = table.Column<string>(type: "TEXT", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_leases", x => x.resource);
                });

            migrationBuilder.CreateTable(
                name: "live_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    payload = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_live_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    projector = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    history = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    visible_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => new { x.projector, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "series",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    series_key = table.Column<string>(type: "TEXT", nullable: false),
                    incident_id = table.Column<long>(type: "INTEGER", nullable: true),
                    occurrences = table.Column<long>(type: "INTEGER", nullable: false),
                    held = table.Column<long>(type: "INTEGER", nullable: false),
                    held_key = table.Column<string>(type: "TEXT", nullable: true),
                    held_signal = table.Column<byte[]>(type: "BLOB", nullable: true),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_series", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sightings",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    cause_key = table.Column<string>(type: "TEXT", nullable: false),
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    first_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sightings", x => new { x.cluster_id, x.cause_key, x.incident_id });
                });

            migrationBuilder.CreateTable(
                name: "storms",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    cause_key = table.Column<string>(type: "TEXT", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    history = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_storms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stream_entries",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    topic = table.Column<string>(type: "TEXT", nullable: false),
                    payload = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stream_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stream_groups",
                columns: table => new
                {
                    topic = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    last_id = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stream_groups", x => x.topic);
                });

            migrationBuilder.CreateTable(
                name: "stream_pending",
                columns: table => new
                {
                    entry_id = table.Column<long>(type: "INTEGER", nullable: false),
                    topic = table.Column<string>(type: "TEXT", nullable: false),
                    consumer = table.Column<string>(type: "TEXT", nullable: false),
                    delivered_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deliveries = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stream_pending", x => x.entry_id);
                });

            migrationBuilder.CreateTable(
                name: "subjects",
                columns: table => new
                {
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    is_pod = table.Column<bool>(type: "INTEGER", nullable: false),
                    node_name = table.Column<string>(type: "TEXT", nullable: true),
                    restart_count = table.Column<int>(type: "INTEGER", nullable: false),
                    first_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    event_occurrences = table.Column<long>(type: "INTEGER", nullable: false),
                    state_occurrences = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subjects", x => new { x.incident_id, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "timeline",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    incident_id = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timeline", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "watch_status",
                columns: table => new
                {
                    connection = table.Column<string>(type: "TEXT", nullable: false),
                    payload = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_watch_status", x => x.connection);
                });

            migrationBuilder.CreateTable(
                name: "workloads",
                columns: table => new
                {
                    cluster_id = table.Column<string>(type: "TEXT", nullable: false),
                    @namespace = table.Column<string>(name: "namespace", type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    desired = table.Column<int>(type: "INTEGER", nullable: false),
                    ready = table.Column<int>(type: "INTEGER", nullable: false),
                    all_ready_since = table.Column<long>(type: "INTEGER", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workloads", x => new { x.cluster_id, x.@namespace, x.kind, x.name });
                });

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
                column: "signature");

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
                name: "ix_stream_entries_topic",
                table: "stream_entries",
                columns: new[] { "topic", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_timeline",
                table: "timeline",
                columns: new[] { "incident_id", "at", "kind", "text" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "activity");

            migrationBuilder.DropTable(
                name: "checkpoints");

            migrationBuilder.DropTable(
                name: "clusters");

            migrationBuilder.DropTable(
                name: "dead_letters");

            migrationBuilder.DropTable(
                name: "evidence");

            migrationBuilder.DropTable(
                name: "gates");

            migrationBuilder.DropTable(
                name: "incidents");

            migrationBuilder.DropTable(
                name: "leases");

            migrationBuilder.DropTable(
                name: "live_changes");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "series");

            migrationBuilder.DropTable(
                name: "sightings");

            migrationBuilder.DropTable(
                name: "storms");

            migrationBuilder.DropTable(
                name: "stream_entries");

            migrationBuilder.DropTable(
                name: "stream_groups");

            migrationBuilder.DropTable(
                name: "stream_pending");

            migrationBuilder.DropTable(
                name: "subjects");

            migrationBuilder.DropTable(
                name: "timeline");

            migrationBuilder.DropTable(
                name: "watch_status");

            migrationBuilder.DropTable(
                name: "workloads");
        }
    }
}

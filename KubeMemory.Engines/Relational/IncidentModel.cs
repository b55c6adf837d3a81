using System.Text.RegularExpressions;
using KubeMemory.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace KubeMemory.Engines.Relational;

/// <summary>The part of the model that both databases have. snake_case names; enums are their names, severity its rank.</summary>
internal static partial class IncidentModel
{
    public static void Convert(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<IncidentStatus>().HaveConversion<string>();
        configuration.Properties<IncidentType>().HaveConversion<string>();
        configuration.Properties<FailureFamily>().HaveConversion<string>();
        configuration.Properties<Core.Signals.EvidenceKind>().HaveConversion<string>();
        configuration.Properties<Core.Contracts.AnalysisState>().HaveConversion<string>();
    }

    public static void Add(ModelBuilder model)
    {
        Incidents(model);
        BesideIncidents(model);
        Analyses(model);
    }

    /// <summary>Once all entities are there.</summary>
    public static void Name(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(Capital().Replace(property.Name, "_$0").TrimStart('_').ToLowerInvariant());
        }
    }

    private static void Incidents(ModelBuilder model)
    {
        model.Entity<IncidentRow>(incident =>
        {
            incident.ToTable("incidents");
            // One unresolved incident a key, whatever the code believes.
            incident.HasIndex(row => row.IncidentKey, "ux_incidents_unresolved").IsUnique().HasFilter("status <> 'Resolved'");
            incident.HasIndex(row => new { row.IncidentKey, row.ResolvedAt }, "ix_incidents_key");
            // Every order of the list, with the id that makes it a key.
            incident.HasIndex(row => new { row.LastSeenAt, row.Id }, "ix_incidents_last_seen");
            incident.HasIndex(row => new { row.OccurredAt, row.Id }, "ix_incidents_occurred");
            incident.HasIndex(row => new { row.Severity, row.LastSeenAt, row.Id }, "ix_incidents_severity");
            incident.HasIndex(row => new { row.Occurrences, row.Id }, "ix_incidents_occurrences");
            incident.HasIndex(row => new { row.ClusterId, row.Namespace, row.WorkloadKind, row.Workload }, "ix_incidents_workload");
            incident.HasIndex(row => row.StormId, "ix_incidents_storm");
            incident.HasIndex(row => row.Signature, "ix_incidents_signature");
            // For retention.
            incident.HasIndex(row => row.PreviousId, "ix_incidents_previous").HasFilter("previous_id IS NOT NULL");
            incident.HasIndex(row => row.StoredAt, "ix_incidents_stored").HasFilter("compacted_at IS NULL AND status = 'Resolved'");
        });
        model.Entity<SeriesRow>(series =>
        {
            series.ToTable("series");
            series.HasIndex(row => new { row.ClusterId, row.SeriesKey }, "ux_series").IsUnique();
            series.HasIndex(row => row.HeldKey, "ix_series_held").HasFilter("held_key IS NOT NULL");
            // For retention.
            series.HasIndex(row => row.IncidentId, "ix_series_incident");
        });
        model.Entity<SubjectRow>().ToTable("subjects").HasKey(row => new { row.IncidentId, row.Subject });
        model.Entity<ActivityRow>().ToTable("activity").HasKey(row => new { row.IncidentId, row.BucketAt });
        model.Entity<TimelineRow>().ToTable("timeline")
            .HasIndex(row => new { row.IncidentId, row.At, row.Kind, row.Text }, "ux_timeline").IsUnique();
        model.Entity<EvidenceRow>(evidence =>
        {
            evidence.ToTable("evidence").HasKey(row => new { row.IncidentId, row.Ordinal });
            evidence.HasIndex(row => new { row.IncidentId, row.Key }, "ux_evidence").IsUnique();
            // For retention.
            evidence.HasIndex(row => row.StoredAt, "ix_evidence_logs").HasFilter("kind = 'Log'");
        });
    }

    private static void BesideIncidents(ModelBuilder model)
    {
        model.Entity<WorkloadRow>().ToTable("workloads").HasKey(row => new { row.ClusterId, row.Namespace, row.Kind, row.Name });
        model.Entity<ClusterRow>().ToTable("clusters");
        model.Entity<SightingRow>(sighting =>
        {
            sighting.ToTable("sightings").HasKey(row => new { row.ClusterId, row.CauseKey, row.IncidentId });
            // For retention.
            sighting.HasIndex(row => row.IncidentId, "ix_sightings_incident");
        });
        model.Entity<StormRow>(storm =>
        {
            storm.ToTable("storms");
            storm.HasIndex(row => new { row.ClusterId, row.CauseKey, row.LastSeenAt }, "ix_storms_cause");
            storm.HasIndex(row => row.LastSeenAt, "ix_storms_last_seen");
        });
        model.Entity<OutboxRow>(outbox =>
        {
            outbox.ToTable("outbox").HasKey(row => new { row.Projector, row.Subject });
            // In the order of the claims: a rebuild enqueues every incident there is.
            outbox.HasIndex(row => new { row.Projector, row.VisibleAt, row.Subject }, "ix_outbox_visible").HasFilter("dead_reason IS NULL");
        });
        model.Entity<ProjectionRow>().ToTable("projections").HasKey(row => row.Projector);
        model.Entity<VectorSpaceRow>().ToTable("vector_spaces").HasKey(row => row.Space);
        model.Entity<VectorRow>(vector =>
        {
            vector.ToTable("vectors").HasKey(row => new { row.Space, row.Id });
            vector.HasIndex(row => new { row.Space, row.Version }, "ix_vectors_version");
            vector.HasIndex(row => row.IncidentId, "ix_vectors_incident");
        });
        // For retention; the list goes by the id.
        model.Entity<AuditRow>().ToTable("audit").HasIndex(row => row.At, "ix_audit_at");
        model.Entity<GateRow>().ToTable("gates").HasKey(row => new { row.ClusterId, row.Gate });
    }

    private static void Analyses(ModelBuilder model)
    {
        model.Entity<FixRow>(fix =>
        {
            fix.ToTable("fixes");
            fix.HasIndex(row => row.IncidentId, "ix_fixes_incident");
        });
        model.Entity<AnalysisRow>(analysis =>
        {
            analysis.ToTable("analyses").HasKey(row => row.AnalysisKey);
            analysis.HasIndex(row => row.ReservedBy, "ix_analyses_reserved").HasFilter("reserved_by IS NOT NULL");
            // For retention.
            analysis.HasIndex(row => row.CompletedAt, "ix_analyses_completed");
        });
        model.Entity<AnalysisRequestRow>(request =>
        {
            request.ToTable("analysis_requests").HasKey(row => row.IncidentId);
            request.Property(row => row.IncidentId).ValueGeneratedNever();
            // In the order of the claims. SQLite takes it only where the query says the same words.
            request.HasIndex(row => new { row.Priority, row.QueuedAt, row.IncidentId }, "ix_analysis_requests_due")
                .IsDescending(true, false, false).HasFilter("state IN ('Queued', 'Running')");
            request.HasIndex(row => row.State, "ix_analysis_requests_failed").HasFilter("state = 'Failed'");
            // For retention.
            request.HasIndex(row => row.AnalysisKey, "ix_analysis_requests_key").HasFilter("analysis_key IS NOT NULL");
        });
        model.Entity<AnalysisDayRow>().ToTable("analysis_days").HasKey(row => row.Day);
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}

using System.Text.RegularExpressions;
using KubeMemory.Core.Incidents;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace KubeMemory.Engines.Sqlite;

/// <summary>The model of the SQLite file. snake_case names; times are INTEGER microseconds since 1970; enums are their names, severity its rank.</summary>
internal sealed partial class KubeMemoryContext(DbContextOptions<KubeMemoryContext> options) : DbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
        configurationBuilder.Properties<IncidentStatus>().HaveConversion<string>();
        configurationBuilder.Properties<IncidentType>().HaveConversion<string>();
        configurationBuilder.Properties<FailureFamily>().HaveConversion<string>();
        configurationBuilder.Properties<Core.Signals.EvidenceKind>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Incidents(modelBuilder);
        BesideIncidents(modelBuilder);
        Stream(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Capital().Replace(property.Name, "_$0").TrimStart('_').ToLowerInvariant());
            }
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
        });
        model.Entity<SeriesRow>(series =>
        {
            series.ToTable("series");
            series.HasIndex(row => new { row.ClusterId, row.SeriesKey }, "ux_series").IsUnique();
            series.HasIndex(row => row.HeldKey, "ix_series_held").HasFilter("held_key IS NOT NULL");
        });
        model.Entity<SubjectRow>().ToTable("subjects").HasKey(row => new { row.IncidentId, row.Subject });
        model.Entity<ActivityRow>().ToTable("activity").HasKey(row => new { row.IncidentId, row.BucketAt });
        model.Entity<TimelineRow>().ToTable("timeline")
            .HasIndex(row => new { row.IncidentId, row.At, row.Kind, row.Text }, "ux_timeline").IsUnique();
        model.Entity<EvidenceRow>(evidence =>
        {
            evidence.ToTable("evidence").HasKey(row => new { row.IncidentId, row.Ordinal });
            evidence.HasIndex(row => new { row.IncidentId, row.Key }, "ux_evidence").IsUnique();
        });
    }

    private static void BesideIncidents(ModelBuilder model)
    {
        model.Entity<WorkloadRow>().ToTable("workloads").HasKey(row => new { row.ClusterId, row.Namespace, row.Kind, row.Name });
        model.Entity<ClusterRow>().ToTable("clusters");
        model.Entity<SightingRow>().ToTable("sightings").HasKey(row => new { row.ClusterId, row.CauseKey, row.IncidentId });
        model.Entity<StormRow>(storm =>
        {
            storm.ToTable("storms");
            storm.HasIndex(row => new { row.ClusterId, row.CauseKey, row.LastSeenAt }, "ix_storms_cause");
            storm.HasIndex(row => row.LastSeenAt, "ix_storms_last_seen");
        });
        model.Entity<OutboxRow>(outbox =>
        {
            outbox.ToTable("outbox").HasKey(row => new { row.Projector, row.Subject });
            outbox.HasIndex(row => new { row.Projector, row.VisibleAt }, "ix_outbox_visible");
        });
        model.Entity<GateRow>().ToTable("gates").HasKey(row => new { row.ClusterId, row.Gate });
    }

    private static void Stream(ModelBuilder model)
    {
        model.Entity<StreamEntryRow>().ToTable("stream_entries").HasIndex(row => new { row.Topic, row.Id }, "ix_stream_entries_topic");
        model.Entity<StreamGroupRow>().ToTable("stream_groups").HasKey(row => row.Topic);
        model.Entity<StreamPendingRow>(pending =>
        {
            pending.ToTable("stream_pending").HasKey(row => row.EntryId);
            pending.Property(row => row.EntryId).ValueGeneratedNever();
        });
        model.Entity<DeadLetterRow>().ToTable("dead_letters");
        model.Entity<CheckpointRow>().ToTable("checkpoints").HasKey(row => new { row.ClusterId, row.Scope });
        model.Entity<LeaseRow>().ToTable("leases").HasKey(row => row.Resource);
        model.Entity<LiveChangeRow>().ToTable("live_changes");
        model.Entity<WatchStatusRow>().ToTable("watch_status").HasKey(row => row.Connection);
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();

    private sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(at => Microseconds.Of(at), stored => Microseconds.At(stored));
}

/// <summary>For <c>dotnet ef migrations add</c> alone.</summary>
internal sealed class DesignTimeContext : IDesignTimeDbContextFactory<KubeMemoryContext>
{
    public KubeMemoryContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<KubeMemoryContext>().UseSqlite("Data Source=:memory:").Options);
}

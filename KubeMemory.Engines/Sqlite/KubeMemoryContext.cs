using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Relational;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace KubeMemory.Engines.Sqlite;

/// <summary>The model of the SQLite file. snake_case names; times are INTEGER microseconds since 1970; enums are their names, severity its rank.</summary>
internal sealed class KubeMemoryContext(DbContextOptions<KubeMemoryContext> options) : DbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
        IncidentModel.Convert(configurationBuilder);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        IncidentModel.Add(modelBuilder);
        Stream(modelBuilder);
        IncidentModel.Name(modelBuilder);
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
        model.Entity<StreamGateRow>().ToTable("stream_gates").HasKey(row => new { row.ClusterId, row.Gate });
        model.Entity<DeadLetterRow>().ToTable("dead_letters");
        model.Entity<CheckpointRow>().ToTable("checkpoints").HasKey(row => new { row.ClusterId, row.Scope });
        model.Entity<LeaseRow>().ToTable("leases").HasKey(row => row.Resource);
        model.Entity<LiveChangeRow>().ToTable("live_changes");
        model.Entity<WatchStatusRow>().ToTable("watch_status").HasKey(row => row.Connection);
    }

    private sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(at => Microseconds.Of(at), stored => Microseconds.At(stored));
}

/// <summary>For <c>dotnet ef migrations add</c> alone.</summary>
internal sealed class DesignTimeContext : IDesignTimeDbContextFactory<KubeMemoryContext>
{
    public KubeMemoryContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<KubeMemoryContext>().UseSqlite("Data Source=:memory:").Options);
}

using KubeMemory.Engines.Relational;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace KubeMemory.Engines.Postgres;

/// <summary>The model of the PostgreSQL database: the incidents' part alone. Times are <c>timestamptz</c>, which keeps microseconds.</summary>
internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : DbContext(options)
{
    /// <summary>An id is taken before its row is written, and not given twice.</summary>
    public const string IncidentIds = "incident_ids";

    /// <inheritdoc cref="IncidentIds"/>
    public const string StormIds = "storm_ids";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => IncidentModel.Convert(configurationBuilder);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        IncidentModel.Add(modelBuilder);
        modelBuilder.HasSequence<long>(IncidentIds);
        modelBuilder.HasSequence<long>(StormIds);
        modelBuilder.Entity<IncidentRow>(incident =>
        {
            incident.Property(row => row.Id).ValueGeneratedNever();
            // An entry of a B-tree has a page's third at most; a hash has no such limit, and only equals are asked for.
            incident.HasIndex(row => row.Signature, "ix_incidents_signature").HasMethod("hash");
        });
        modelBuilder.Entity<StormRow>().Property(row => row.Id).ValueGeneratedNever();
        modelBuilder.Entity<TimelineRow>(timeline =>
        {
            // For the same reason the migration makes this one over the text's hash, which EF cannot say.
            var index = timeline.Metadata.GetIndexes().Single(index => index.Name == "ux_timeline");
            timeline.Metadata.RemoveIndex(index);
        });
        IncidentModel.Name(modelBuilder);
    }
}

/// <summary>For <c>dotnet ef migrations add --context PostgresContext</c> alone.</summary>
internal sealed class PostgresDesignTimeContext : IDesignTimeDbContextFactory<PostgresContext>
{
    public PostgresContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql("Host=localhost").Options);
}

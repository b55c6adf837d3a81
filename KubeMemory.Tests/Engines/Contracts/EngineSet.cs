using KubeMemory.Core.Analysis;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Retention;
using KubeMemory.Core.Streams;
using KubeMemory.Engines;
using KubeMemory.Engines.Relational;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>The stream engine's ports of one size, on a store of their own, with a clock that the test moves. Every size passes the same suites.</summary>
public abstract class StreamSet : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(Start);

    public abstract ISignalStream Stream { get; }

    public abstract ILeases Leases { get; }

    public abstract ILiveFeed Feed { get; }

    public abstract IWatchStatusBoard Board { get; }

    /// <summary>Lets time pass, also for what the clock of the engine's own server governs.</summary>
    public virtual Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        return Task.CompletedTask;
    }

    /// <summary>As after the end of the process: the same data, new engines.</summary>
    public abstract Task RestartAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>All ports of one size.</summary>
public abstract class EngineSet : StreamSet
{
    public abstract IIncidentReader Reader { get; }

    public abstract IIncidentStore Store { get; }

    public abstract IOutbox Outbox { get; }

    public abstract IProjections Projections { get; }

    public abstract IRetention Retention { get; }

    public abstract IAuditLog Audit { get; }

    public abstract IAnalyses Analyses { get; }

    public abstract IFixes Fixes { get; }

    public IncidentOptions Options { get; } = new();

    public IncidentIngestor Ingestor => new(Store, Options, Time);

    public IncidentLifecycle Lifecycle => new(Store, Options, Time);
}

/// <summary>The embedded size in a folder that goes with it.</summary>
internal sealed class EmbeddedEngineSet : EngineSet
{
    private readonly StreamOptions _options;
    private EmbeddedEngines _engines = null!;

    private EmbeddedEngineSet(StreamOptions options) => _options = options;

    public string Folder { get; } = Directory.CreateTempSubdirectory("kubememory-test-").FullName;

    public override ISignalStream Stream => _engines.Stream;

    public override ILeases Leases => _engines.Leases;

    public override ILiveFeed Feed => _engines.LiveFeed;

    public override IWatchStatusBoard Board => _engines.StatusBoard;

    public override IIncidentReader Reader => _engines.Reader;

    public override IIncidentStore Store => _engines.Store;

    public override IOutbox Outbox => _engines.Outbox;

    public override IProjections Projections => _engines.Projections;

    public override IRetention Retention => _engines.Retention;

    public override IAuditLog Audit => _engines.Audit;

    public override IAnalyses Analyses => _engines.Analyses;

    public override IFixes Fixes => _engines.Fixes;

    public IIncidentGraph Graph => _engines.Graph;

    public RelationalDatabase Relational => _engines.Relational;

    public static async Task<EmbeddedEngineSet> OpenAsync(StreamOptions? options = null)
    {
        var set = new EmbeddedEngineSet(options ?? new StreamOptions());
        await set.OpenEnginesAsync();
        return set;
    }

    public override async Task RestartAsync()
    {
        await _engines.DisposeAsync();
        await OpenEnginesAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _engines.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task OpenEnginesAsync() =>
        _engines = await EmbeddedEngines.OpenAsync(Folder, _options, Options, Time, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
}

using System.Reflection;
using KubeMemory.Api.Incidents;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Status;

/// <summary>Puts the status together. An engine that does not answer makes its part empty and is named; the rest stays readable.</summary>
internal sealed class StatusReader(
    IIncidentReader incidents,
    ISignalStream stream,
    IWatchStatusBoard board,
    EngineAnswers engines,
    ProjectionBoard projections,
    TimeProvider time,
    IModelStatus? models = null)
{
    private static readonly StoreCounts NoCounts = new(new Dictionary<Severity, long>(), 0, 0, [], []);
    private static readonly string Version = typeof(StatusReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public async Task<SystemStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = NoCounts;
        IReadOnlyList<WatchStatus> clusters = [];
        var gates = new List<GateCount>();
        var streamStatus = new StreamStatus(0, 0);
        // Asked at the same time, and not waited for.
        var beside = engines.AskBesideAsync(cancellationToken);

        var store = await engines.AskAsync(
            EnginePorts.Incidents,
            async () =>
            {
                counts = await incidents.CountAsync(cancellationToken);
                gates.AddRange(await incidents.GetGateCountsAsync(cancellationToken));
            },
            cancellationToken);
        var signals = await engines.AskAsync(
            EnginePorts.Signals,
            async () =>
            {
                clusters = await board.ListAsync(cancellationToken);
                gates.AddRange(await stream.GetGateCountsAsync(cancellationToken));
                streamStatus = new(
                    await stream.CountPendingAsync(StreamTopics.Signals, StreamTopics.SignalsGroup, cancellationToken),
                    await stream.CountDeadLettersAsync(cancellationToken));
            },
            cancellationToken);

        return new(
            Version,
            time.GetUtcNow(),
            clusters,
            counts.OpenBySeverity.ToDictionary(p => IncidentQueryParser.NameOf(p.Key), p => p.Value),
            counts.Incidents,
            counts.Storms,
            gates.GroupBy(g => g.Gate).ToDictionary(g => g.Key, g => g.Sum(c => c.Count)),
            streamStatus,
            [store, signals, .. await beside],
            counts.Clusters,
            counts.Namespaces)
        {
            StormsNow = counts.StormsNow,
            Projections = projections.Last,
            Models = models?.List() ?? [],
        };
    }
}

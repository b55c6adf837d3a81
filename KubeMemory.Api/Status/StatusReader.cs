using System.Collections.Concurrent;
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
internal sealed partial class StatusReader(
    IIncidentReader incidents,
    ISignalStream stream,
    IWatchStatusBoard board,
    IEnumerable<EngineName> names,
    IEnumerable<IEngineProbe> probes,
    ProjectionBoard projections,
    TimeProvider time,
    ILogger<StatusReader> logger,
    IModelStatus? models = null,
    EnginesReady? ready = null)
{
    private const string IngestGroup = "ingest";

    /// <summary>An engine beside the store that takes longer does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>So does one that a process cannot do without, after this.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    /// <summary>What can be out while KubeMemory goes on: shown where there is one, no matter of readiness.</summary>
    private static readonly string[] Beside = [EnginePorts.Vectors, EnginePorts.Graph, EnginePorts.Chat, EnginePorts.Embedding];

    private static readonly StoreCounts NoCounts = new(new Dictionary<Severity, long>(), 0, 0, [], []);
    private static readonly string Version = typeof(StatusReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly ILookup<string, IEngineProbe> _probes = probes.ToLookup(probe => probe.Port);

    /// <summary>Ports whose silence has been told: the status is read every few seconds, and one line an outage is enough.</summary>
    private readonly ConcurrentDictionary<string, bool> _silent = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _names = names.GroupBy(n => n.Port).ToDictionary(g => g.Key, g => g.Last().Engine);

    public async Task<SystemStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = NoCounts;
        IReadOnlyList<WatchStatus> clusters = [];
        var gates = new List<GateCount>();
        var streamStatus = new StreamStatus(0, 0);
        // Asked at the same time, and not waited for.
        var beside = Beside.Where(_probes.Contains).Select(port => TryAsync(port, () => Task.CompletedTask, cancellationToken)).ToList();

        var store = await TryAsync(
            EnginePorts.Incidents,
            async () =>
            {
                counts = await incidents.CountAsync(cancellationToken);
                gates.AddRange(await incidents.GetGateCountsAsync(cancellationToken));
            },
            cancellationToken);
        var signals = await TryAsync(
            EnginePorts.Signals,
            async () =>
            {
                clusters = await board.ListAsync(cancellationToken);
                gates.AddRange(await stream.GetGateCountsAsync(cancellationToken));
                streamStatus = new(
                    await stream.CountPendingAsync(StreamTopics.Signals, IngestGroup, cancellationToken),
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
            [store, signals, .. await Task.WhenAll(beside)],
            counts.Clusters,
            counts.Namespaces)
        {
            StormsNow = counts.StormsNow,
            Projections = projections.Last,
            Models = models?.List() ?? [],
        };
    }

    /// <summary>One cheap question to each engine.</summary>
    public async Task<IReadOnlyList<EngineStatus>> ProbeAsync(CancellationToken cancellationToken) =>
    [
        await TryAsync(EnginePorts.Incidents, () => Task.CompletedTask, cancellationToken),
        await TryAsync(EnginePorts.Signals, () => Task.CompletedTask, cancellationToken),
    ];

    private async Task<EngineStatus> TryAsync(string port, Func<Task> ask, CancellationToken cancellationToken)
    {
        var name = _names.GetValueOrDefault(port, "unnamed");
        if (ready is { IsReady: false } && !Beside.Contains(port))
        {
            // Said by who waits for it; the store is not even brought up to date yet.
            return new(port, name, Healthy: false, ready.WaitingFor ?? "The engines are being started.");
        }

        try
        {
            foreach (var probe in _probes[port])
            {
                await probe.AskAsync(cancellationToken).WaitAsync(Beside.Contains(port) ? Patience : LongPatience, time, cancellationToken);
            }

            await ask();
            if (_silent.TryRemove(port, out _))
            {
                Log.Answers(logger, port, name);
            }

            return new(port, name, Healthy: true, Error: null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (_silent.TryAdd(port, true))
            {
                Tell(port, name, e);
            }

            return new(port, name, Healthy: false, e.Message);
        }
    }

    private void Tell(string port, string name, Exception fault)
    {
        if (Beside.Contains(port))
        {
            Log.GoesOnWithout(logger, port, name, fault.Message);
        }
        else
        {
            // An outage needs no stack.
            Log.NoAnswer(logger, port, name, fault.Message, fault is EngineUnavailableException ? null : fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(130, LogLevel.Error, "The engine of {Port} ({Engine}) does not answer: {Reason}")]
        public static partial void NoAnswer(ILogger logger, string port, string engine, string reason, Exception? exception);

        [LoggerMessage(131, LogLevel.Warning, "KubeMemory goes on without the engine of {Port} ({Engine}) for now: {Reason}")]
        public static partial void GoesOnWithout(ILogger logger, string port, string engine, string reason);

        [LoggerMessage(132, LogLevel.Information, "The engine of {Port} ({Engine}) answers again")]
        public static partial void Answers(ILogger logger, string port, string engine);
    }
}

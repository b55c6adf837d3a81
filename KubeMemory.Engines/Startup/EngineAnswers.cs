using System.Collections.Concurrent;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Startup;

/// <summary>
/// Asks the engines of this container whether they serve, and tells of each outage once. Thread-safe.
/// </summary>
public sealed partial class EngineAnswers(
    IEnumerable<EngineName> names, IEnumerable<IEngineProbe> probes, TimeProvider time, ILogger<EngineAnswers> logger, EnginesReady? ready = null)
{
    internal const string Starting = "The engines are being started.";

    /// <summary>An engine beside the store that takes longer does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>So does one that a process cannot do without, after this.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    /// <summary>What can be out while KubeMemory goes on: shown where there is one, no matter of readiness.</summary>
    private static readonly string[] BesidePorts = [EnginePorts.Vectors, EnginePorts.Graph, EnginePorts.Chat, EnginePorts.Embedding];

    private readonly ILookup<string, IEngineProbe> _probes = probes.ToLookup(probe => probe.Port);

    /// <summary>Ports whose silence has been told: they are asked every few seconds, and one line an outage is enough.</summary>
    private readonly ConcurrentDictionary<string, bool> _silent = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _names = names.GroupBy(n => n.Port).ToDictionary(g => g.Key, g => g.Last().Engine);

    /// <summary>One cheap question to each engine that can be out while the process goes on.</summary>
    public Task<EngineStatus[]> AskBesideAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(BesidePorts.Where(_probes.Contains).Select(port => AskAsync(port, () => Task.CompletedTask, cancellationToken)));

    /// <summary>One cheap question to each engine that the process cannot do without.</summary>
    public Task<EngineStatus[]> AskNeededAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_probes.Select(engine => engine.Key).Except(BesidePorts).Select(port => AskAsync(port, () => Task.CompletedTask, cancellationToken)));

    /// <summary>The engine's own question, and then what the caller wants of it; a fault of either is the answer.</summary>
    public async Task<EngineStatus> AskAsync(string port, Func<Task> ask, CancellationToken cancellationToken)
    {
        var name = _names.GetValueOrDefault(port, "unnamed");
        var beside = BesidePorts.Contains(port);
        if (ready is { IsReady: false } && !beside)
        {
            // Said by who waits for it; the store is not even brought up to date yet.
            return new(port, name, Healthy: false, ready.WaitingFor ?? Starting);
        }

        try
        {
            foreach (var probe in _probes[port])
            {
                await probe.AskAsync(cancellationToken).WaitAsync(beside ? Patience : LongPatience, time, cancellationToken).ConfigureAwait(false);
            }

            await ask().ConfigureAwait(false);
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
                Tell(port, name, beside, e);
            }

            return new(port, name, Healthy: false, e.Message);
        }
    }

    private void Tell(string port, string name, bool beside, Exception fault)
    {
        if (beside)
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
        [LoggerMessage(2211, LogLevel.Error, "The engine of {Port} ({Engine}) does not answer: {Reason}")]
        public static partial void NoAnswer(ILogger logger, string port, string engine, string reason, Exception? exception);

        [LoggerMessage(2212, LogLevel.Warning, "KubeMemory goes on without the engine of {Port} ({Engine}) for now: {Reason}")]
        public static partial void GoesOnWithout(ILogger logger, string port, string engine, string reason);

        [LoggerMessage(2213, LogLevel.Information, "The engine of {Port} ({Engine}) answers again")]
        public static partial void Answers(ILogger logger, string port, string engine);
    }
}

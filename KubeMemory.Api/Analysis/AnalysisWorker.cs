using KubeMemory.Api.Projection;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Analysis;

/// <summary>The store's changes → requests, and requests → analyses, so many at a time. Shared with every other process by claims.</summary>
internal sealed partial class AnalysisWorker(
    IOutbox outbox, IAnalyses analyses, AnalysisProjector requests, AnalysisRunner runner, AnalysisPipeline pipeline, AnalysisOptions options, TimeProvider time,
    ILogger<AnalysisWorker> logger, ILogger<ProjectorLoop> loopLogger, EnginesReady? ready = null, IEnumerable<EngineName>? engines = null) : BackgroundService
{
    private const int LanesWithModel = 1;
    private const int LanesWithout = 4;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly int _lanes = options.Concurrency ?? (pipeline.HasModel ? LanesWithModel : LanesWithout);
    private readonly HashSet<Task> _running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        var engine = engines?.FirstOrDefault(one => one.Port == EnginePorts.Incidents)?.Engine;
        await Task.WhenAll(new ProjectorLoop(outbox, requests, time, loopLogger, engine).RunAsync(stoppingToken), RunAsync(stoppingToken)).ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (EngineUnavailableException fault)
            {
                // Said by whoever else needs the store.
                Log.Waiting(logger, fault.Message);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception fault)
            {
                Log.Failed(logger, fault);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Claims as many as there is room for, and waits until there may be more to claim or more room.</summary>
    private async Task StepAsync(CancellationToken stoppingToken)
    {
        var changed = analyses.WaitAsync(Poll, stoppingToken);
        foreach (var done in _running.Where(one => one.IsCompleted).ToList())
        {
            _running.Remove(done);
            // Throws where the store was out: the claim comes back by itself.
            await done.ConfigureAwait(false);
        }

        var room = _lanes - _running.Count;
        var claims = room > 0 ? await analyses.ClaimAsync(room, AnalysisRunner.ClaimedFor, stoppingToken).ConfigureAwait(false) : [];
        foreach (var claim in claims)
        {
            // Not under the token: one that is claimed is to be given back.
            _running.Add(Task.Run(() => runner.RunAsync(claim, stoppingToken), CancellationToken.None));
        }

        if (_running.Count == _lanes)
        {
            await Task.WhenAny(_running).ConfigureAwait(false);
        }
        else if (claims.Count == 0)
        {
            await Task.WhenAny([changed, .. _running]).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3321, LogLevel.Debug, "{Sentence} Analyses wait.")]
        public static partial void Waiting(ILogger logger, string sentence);

        [LoggerMessage(3322, LogLevel.Error, "The analysis worker failed; what it had claimed comes again")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}

using System.Globalization;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Models;

/// <summary>
/// Waits in the background for each model's endpoint, and has what it lacks pulled, so that the first question finds a model; from then on
/// it looks now and then, for an endpoint may lose its models. The host does not wait for it: without a model the rules serve.
/// </summary>
internal sealed partial class ModelStartup(IEnumerable<ServedModel> models, ModelStatusBoard board, TimeProvider time, ILogger<ModelStartup> logger) : BackgroundService
{
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(10);

    // Checking the digest of a large model is silent work.
    private static readonly TimeSpan SilencePatience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Of a model that is there. Calls find out sooner that their endpoint is down; this is for one that came back without its models.
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    // An unknown model stays unknown until somebody does something about it.
    private static readonly TimeSpan LongestPauseRefused = TimeSpan.FromMinutes(5);

    private readonly List<ServedModel> _models = [.. models];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var model in _models)
        {
            Set(model, ModelState.Waiting, percent: null, $"Waits for {model.Endpoint.Engine}.");
        }

        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_models.Select(model => BringAsync(model, stoppingToken)));

    private async Task BringAsync(ServedModel model, CancellationToken stoppingToken)
    {
        var (engine, name) = (model.Endpoint.Engine, model.Connection.Model);
        var pause = FirstPause;
        while (true)
        {
            try
            {
                if (!await model.Endpoint.AskAsync(LookPatience, token => model.Server.HasAsync(name, token), stoppingToken).ConfigureAwait(false))
                {
                    await PullAsync(model, stoppingToken).ConfigureAwait(false);
                }

                if (StateOf(model) != ModelState.Ready)
                {
                    Set(model, ModelState.Ready, percent: 100, $"{engine} serves {name}.");
                    Log.Ready(logger, engine, name);
                }

                pause = FirstPause;
                if (!await PauseAsync(Look, stoppingToken).ConfigureAwait(false))
                {
                    return;
                }

                continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (EngineUnavailableException e)
            {
                Set(model, ModelState.Waiting, percent: null, e.Message);
                // Said at once, and again when the pauses have grown to their longest.
                if (pause == FirstPause || pause >= LongestPause)
                {
                    Log.NotYet(logger, name, e.Message);
                }
            }
            catch (ModelRefusedException e)
            {
                Set(model, ModelState.Failed, percent: null, e.Message);
                Log.Refused(logger, name, e.Message, pause);
            }
            catch (Exception e)
            {
                Set(model, ModelState.Failed, percent: null, $"{name} could not be brought up: {e.Message}");
                Log.Failed(logger, engine, name, e);
            }

            if (!await PauseAsync(pause, stoppingToken).ConfigureAwait(false))
            {
                return;
            }

            var longest = StateOf(model) == ModelState.Failed ? LongestPauseRefused : LongestPause;
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, longest.Ticks));
        }
    }

    private async Task PullAsync(ServedModel model, CancellationToken stoppingToken)
    {
        var (engine, name) = (model.Endpoint.Engine, model.Connection.Model);
        Set(model, ModelState.Pulling, percent: 0, $"{engine} starts to pull {name}.");
        Log.Pulling(logger, engine, name);
        var pull = model.Endpoint.FollowAsync(SilencePatience, token => model.Server.PullAsync(name, token), stoppingToken);
        await foreach (var (step, percent) in pull.ConfigureAwait(false))
        {
            var done = percent is { } p ? string.Create(CultureInfo.InvariantCulture, $", {p} %") : "";
            Set(model, ModelState.Pulling, percent, $"{engine} pulls {name}: {step}{done}.");
        }
    }

    /// <summary>False where the host stops.</summary>
    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stoppingToken.IsCancellationRequested;
    }

    private ModelState StateOf(ServedModel model) => board.List().First(s => s.Port == model.Connection.Port).State;

    private void Set(ServedModel model, ModelState state, int? percent, string sentence) =>
        board.Set(new(model.Connection.Port, model.Connection.Model, state, percent, sentence));

    private static partial class Log
    {
        [LoggerMessage(2520, LogLevel.Information, "{Engine} serves {Model}")]
        public static partial void Ready(ILogger logger, string engine, string model);

        [LoggerMessage(2521, LogLevel.Information, "{Engine} pulls {Model}, which it lacks")]
        public static partial void Pulling(ILogger logger, string engine, string model);

        [LoggerMessage(2522, LogLevel.Warning, "{Model} waits: {Reason}")]
        public static partial void NotYet(ILogger logger, string model, string reason);

        [LoggerMessage(2523, LogLevel.Error, "{Model} cannot be had: {Reason} Next try in {Pause}")]
        public static partial void Refused(ILogger logger, string model, string reason, TimeSpan pause);

        [LoggerMessage(2524, LogLevel.Error, "{Engine} could not be asked for {Model}")]
        public static partial void Failed(ILogger logger, string engine, string model, Exception exception);
    }
}

using KubeMemory.Core.Clusters;
using KubeMemory.Standalone.Cli;
using KubeMemory.Standalone.Logging;
using KubeMemory.Watcher.Connections;
using Microsoft.Extensions.Options;

namespace KubeMemory.Standalone.Hosting;

/// <summary>A run without a command: start, say what there is, wait for Ctrl+C.</summary>
internal static class StandaloneRun
{
    /// <summary>How long the start message waits for the watcher's first word; everything else is there by then.</summary>
    private static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(StandaloneOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var stopped = false;
        await using (var app = await StartAsync(options, time, cancellationToken))
        {
            var watch = await FirstStatusAsync(app, time, cancellationToken);
            var message = WatchSettings.InUsersWords(StartMessage.Text(app, watch, options.Demo), options.Kubeconfig, options.Context, options.Namespaces);
            await output.WriteLineAsync(TerminalText.Plain(message));
            await output.FlushAsync(CancellationToken.None);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Ended);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped = cancellationToken.IsCancellationRequested;
        }

        return stopped ? 0 : throw new StandaloneException("KubeMemory has stopped because of a fault of its own; the lines above say which.");
    }

    private static async Task<StandaloneApp> StartAsync(StandaloneOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await StandaloneApp.StartAsync(options, time, cancellationToken);
        }
        catch (Exception e) when (e is ConnectionException or OptionsValidationException)
        {
            throw new StandaloneException(WatchSettings.InUsersWords(e.Message, options.Kubeconfig, options.Context, options.Namespaces), e);
        }
    }

    private static async Task<WatchStatus?> FirstStatusAsync(StandaloneApp app, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < FirstWord && !cancellationToken.IsCancellationRequested)
        {
            if (!app.Ready.IsReady)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            // The board keeps what was said before: only a report of this start counts, and imported captures never do.
            var status = (await app.Board.ListAsync(CancellationToken.None)).FirstOrDefault(s => s.State != WatchState.Imported && s.ReportedAt >= app.StartedAt);
            if (status is { State: WatchState.Watching or WatchState.Degraded } or { LastError: not null })
            {
                return status;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }
}

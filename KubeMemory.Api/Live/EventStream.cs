using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;

namespace KubeMemory.Api.Live;

/// <summary>Server-sent events of one reader.</summary>
internal sealed partial class EventStream(HttpContext context, ILiveFeed feed, LiveOptions options, TimeProvider time, ILogger logger)
{
    public async Task RunAsync(string? afterId, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            // Opening may be cut short, too: a program that finds its other port taken stops again at once.
            await using var subscription = await LiveSubscription.OpenAsync(feed, afterId, options, time, ends.Token);
            await using var cutOff = subscription.FellBehind.Register(CutOff);

            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache, no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no";

            // Two seconds until a browser comes back. The headers go out now, so that the reader knows that it is registered, and one
            // that starts afresh gets an id, so that it can resume even from before the first change.
            await WriteAsync($"retry: 2000\n{(afterId is null ? $"id: {subscription.StartId}\n" : "")}: connected\n\n", ends.Token);
            await CopyAsync(subscription, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The reader has gone, or the server stops: both are a normal end.
        }
    }

    // id: 42
    // event: opened
    // data: {"kind":"opened","incident":{"id":7,…},"storm":null,"history":false}
    private async Task CopyAsync(LiveSubscription subscription, CancellationToken cancellationToken)
    {
        var more = subscription.WaitAsync(cancellationToken);
        while (true)
        {
            try
            {
                if (!await more.WaitAsync(options.Heartbeat, time, cancellationToken))
                {
                    return;
                }
            }
            catch (TimeoutException)
            {
                await WriteAsync(": heartbeat\n\n", cancellationToken);
                continue;
            }

            while (subscription.TryRead(out var entry))
            {
                var data = JsonSerializer.Serialize(entry.Change, ContractJson.Options);
                await WriteAsync($"id: {entry.Id}\nevent: {entry.Change.Kind}\ndata: {data}\n\n", cancellationToken);
            }

            more = subscription.WaitAsync(cancellationToken);
        }
    }

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await context.Response.WriteAsync(text, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    private void CutOff()
    {
        Log.CutOff(logger, options.Buffer);
        context.Abort();
    }

    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Information, "A reader of the event stream let {Buffer} changes wait too long and was disconnected; it resumes by id")]
        public static partial void CutOff(ILogger logger, int buffer);
    }
}

using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Faults;
using KubeMemory.Simulator.Load;

namespace KubeMemory.Simulator.Server;

/// <summary>Watches: one line a change until the timeout.</summary>
internal sealed class WatchEndpoint(ClusterState state, SimulatorOptions options, CancellationToken stopping)
{
    public async Task ServeAsync(HttpContext http, ApiRequest request, Fault? fault)
    {
        if (request.Flag("sendInitialEvents"))
        {
            throw new KubernetesStatusException(new KubernetesStatus(StatusCodes.Status422UnprocessableEntity, "Invalid",
                "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"));
        }

        // Version 0 and none at all mean: begin with what is there.
        var after = request.Number("resourceVersion") is { } version and > 0 ? version : (long?)null;
        using var watch = state.Watch(request.Resource!.Plural, Selectors.Read(request), after);
        if (watch is null)
        {
            await AnswerExpiredAsync(http, request.Resource, after).ConfigureAwait(false);
            return;
        }

        using var timeout = new CancellationTokenSource(TimeoutOf(request), options.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted, stopping);
        var stream = new WatchStream(http, TableView.Wanted(http), options.Time, fault, ending.Token);
        try
        {
            await StreamAsync(request, watch, stream, after, timeout.Token, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The timeout, the client or a shutdown ended the watch: that is normal.
        }
    }

    private async Task StreamAsync(
        ApiRequest request, ClusterWatch watch, WatchStream stream, long? after, CancellationToken timeout, CancellationToken ending)
    {
        // Events bypass the watch cache, and with it the bookmarks.
        var bookmarked = request.Flag("allowWatchBookmarks") && request.Resource!.Plural != "events";
        await using var bookmarks = bookmarked
            ? options.Time.CreateTimer(_ => state.Bookmark(watch), null, options.BookmarkInterval, options.BookmarkInterval)
            : null;
        await stream.BeginAsync().ConfigureAwait(false);
        if (options.Load is { } load && LoadPlan.Serves(request))
        {
            await load.StreamAsync(stream.Body, after, ending).ConfigureAwait(false);
        }

        try
        {
            while (!stream.Ended && await watch.Lines.WaitToReadAsync(ending).ConfigureAwait(false))
            {
                await stream.WriteAsync(watch.Lines).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && bookmarked && !stream.Ended)
        {
            // The last line before the timeout is a bookmark, so that the next watch starts from a fresh version.
            state.Bookmark(watch);
            await stream.WriteAsync(watch.Lines).ConfigureAwait(false);
        }
    }

    private async Task AnswerExpiredAsync(HttpContext http, KubernetesResource resource, long? after)
    {
        var status = KubernetesStatus.TooOld(after, state.ResourceVersion);
        switch (resource.Plural == "events" ? options.ExpiredEventWatch : options.ExpiredWatch)
        {
            case ExpiredWatchAnswer.Gone:
                throw new KubernetesStatusException(status);
            case ExpiredWatchAnswer.ErrorLine:
                HttpJson.Begin(http);
                await http.Response.BodyWriter.WriteAsync(ErrorLine(status), http.RequestAborted).ConfigureAwait(false);
                break;
            default:
                HttpJson.Begin(http);
                break;
        }
    }

    // {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"…","reason":"Expired","code":410}}
    internal static byte[] ErrorLine(KubernetesStatus status) => WatchLine.Write("ERROR"u8, HttpJson.Utf8(status.ToJson()));

    private TimeSpan TimeoutOf(ApiRequest request) =>
        request.Number("timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : options.WatchTimeout;
}

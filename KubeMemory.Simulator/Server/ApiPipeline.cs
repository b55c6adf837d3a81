using KubeMemory.Simulator.Access;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Faults;

namespace KubeMemory.Simulator.Server;

/// <summary>The way of a request: noted, struck by a fault, authenticated, authorised, answered.</summary>
internal sealed partial class ApiPipeline(
    ClusterState state,
    SimulatorOptions options,
    RequestLog requests,
    FaultPlan faults,
    AccessRules access,
    Authenticator authenticator,
    ILogger<ApiPipeline> logger,
    CancellationToken stopping)
{
    private readonly AccessReviews _reviews = new(access);
    private readonly ListEndpoint _lists = new(state, options.Time);
    private readonly LogEndpoint _logs = new(state);
    private readonly PostEndpoint _posts = new(state);
    private readonly WatchEndpoint _watches = new(state, options, stopping);

    public async Task InvokeAsync(HttpContext http)
    {
        var request = ApiRequest.Parse(http.Request);
        requests.Add(new RequestRecord(
            http.Request.Method, request.Path, http.Request.QueryString.Value ?? "", options.Time.GetUtcNow(),
            request.FaultVerb, request.Resource?.Plural, request.Namespace, http.Request.Headers.Authorization));
        try
        {
            await AnswerAsync(http, request).ConfigureAwait(false);
        }
        catch (KubernetesStatusException e)
        {
            await HttpJson.WriteAsync(http, e.Status).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            Log.Abandoned(logger, http.Request.Method, request.Path);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, http.Request.Method, request.Path);
            await EndFailedAsync(http, e).ConfigureAwait(false);
        }
    }

    private static async Task EndFailedAsync(HttpContext http, Exception e)
    {
        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }

        await HttpJson.WriteAsync(http, KubernetesStatus.ServerError with { Message = e.Message }).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext http, ApiRequest request)
    {
        var fault = faults.Take(request.FaultResource, request.FaultVerb, request.Namespace);
        if (fault is not null && !(request.Verb == "watch" && fault.StrikesInStream))
        {
            if (await StrikeAsync(http, request, fault).ConfigureAwait(false))
            {
                return;
            }

            fault = null;
        }

        if (await AnswerOpenPathAsync(http, request.Path).ConfigureAwait(false))
        {
            return;
        }

        var user = authenticator.Identify(http) ?? throw new KubernetesStatusException(KubernetesStatus.Unauthorized);
        await AnswerAuthenticatedAsync(http, request, user, fault).ConfigureAwait(false);
    }

    // What an API server tells anyone.
    private async Task<bool> AnswerOpenPathAsync(HttpContext http, string path)
    {
        switch (path)
        {
            case "/healthz" or "/livez" or "/readyz":
                await http.Response.WriteAsync("ok", http.RequestAborted).ConfigureAwait(false);
                return true;
            case "/version":
                await HttpJson.WriteAsync(http, state.Version).ConfigureAwait(false);
                return true;
            case "/load/expected" when options.Load is { } load:
                await HttpJson.WriteAsync(http, load.Expected.ToJson()).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    private Task AnswerAuthenticatedAsync(HttpContext http, ApiRequest request, string user, Fault? fault)
    {
        if (AccessReviews.Serves(http.Request))
        {
            return _reviews.ServeAsync(http);
        }

        if (request.Resource is not { } resource)
        {
            return Discovery.Answer(request.Path) is { } answer
                ? HttpJson.WriteAsync(http, answer)
                : throw new KubernetesStatusException(KubernetesStatus.NoSuchPath);
        }

        // What a kubelet does. The user remains one who reads, and is told so by every review.
        if (options.AcceptEvents && PostEndpoint.Serves(request))
        {
            return _posts.ServeAsync(http, request);
        }

        if (!access.Allows(request.Verb, resource.Group, resource.Plural, request.Subresource, request.Namespace))
        {
            throw new KubernetesStatusException(KubernetesStatus.Forbidden(request, user));
        }

        return (request.Verb, resource.Plural, request.Subresource) switch
        {
            ("get", "pods", "log") => _logs.ServeAsync(http, request),
            ("get", _, null) when request.Namespace is not null == resource.Namespaced => _lists.GetAsync(http, request),
            ("list", _, null) => _lists.ListAsync(http, request),
            ("watch", _, null) => _watches.ServeAsync(http, request, fault),
            _ => throw new KubernetesStatusException(KubernetesStatus.NoSuchPath),
        };
    }

    /// <summary>Lets a fault strike before or instead of the answer.</summary>
    /// <returns>Whether the request is over.</returns>
    private async Task<bool> StrikeAsync(HttpContext http, ApiRequest request, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Gone or FaultKind.GoneInStream:
                throw new KubernetesStatusException(KubernetesStatus.TooOld(request.Number("resourceVersion"), state.ResourceVersion));
            case FaultKind.Unauthorized:
                throw new KubernetesStatusException(KubernetesStatus.Unauthorized);
            case FaultKind.Forbidden:
                throw new KubernetesStatusException(KubernetesStatus.Forbidden(request, options.User));
            case FaultKind.TooManyRequests:
                throw new KubernetesStatusException(KubernetesStatus.TooManyRequests(fault.Delay));
            case FaultKind.ServerError:
                throw new KubernetesStatusException(KubernetesStatus.ServerError);
            case FaultKind.EmptyStream:
                HttpJson.Begin(http);
                return true;
            case FaultKind.Reset:
                http.Abort();
                return true;
            case FaultKind.Mute:
                await StayMuteAsync(http).ConfigureAwait(false);
                return true;
            case FaultKind.CutLine:
                await AnswerHalfAsync(http, request).ConfigureAwait(false);
                return true;
            default:
                await Task.Delay(fault.Delay, options.Time, http.RequestAborted).ConfigureAwait(false);
                return false;
        }
    }

    private async Task StayMuteAsync(HttpContext http)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        HttpJson.Begin(http);
        await http.Response.StartAsync(over.Token).ConfigureAwait(false);
        await http.Response.BodyWriter.FlushAsync(over.Token).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, over.Token).ConfigureAwait(false);
    }

    private async Task AnswerHalfAsync(HttpContext http, ApiRequest request)
    {
        var wire = http.Response.Body;
        using var whole = new MemoryStream();
        http.Response.Body = whole;
        try
        {
            var user = authenticator.Identify(http) ?? throw new KubernetesStatusException(KubernetesStatus.Unauthorized);
            await AnswerAuthenticatedAsync(http, request, user, null).ConfigureAwait(false);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            http.Response.Body = wire;
        }

        await wire.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length / 2), http.RequestAborted).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} was abandoned.")]
        public static partial void Abandoned(ILogger logger, string method, string path);

        [LoggerMessage(2, LogLevel.Error, "{Method} {Path} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path);
    }
}

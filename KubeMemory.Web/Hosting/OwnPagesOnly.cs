namespace KubeMemory.Web.Hosting;

/// <summary>
/// Lets only this machine's own pages in: a foreign host name (DNS rebinding) and a foreign origin (a page of elsewhere that opens the
/// circuit's WebSocket) are refused; and every answer says what its page may load.
/// </summary>
internal sealed partial class OwnPagesOnly(RequestDelegate next, ILogger<OwnPagesOnly> logger)
{
    // The component library sets style attributes and a style element; nothing else stands inline, and nothing comes from elsewhere.
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static readonly HashSet<string> Hosts = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";

        var refusal = Refusal(context.Request);
        if (refusal is null)
        {
            return next(context);
        }

        Log.Refused(logger, context.Request.Method, context.Request.Path.Value, refusal);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync(refusal, context.RequestAborted);
    }

    private static string? Refusal(HttpRequest request)
    {
        if (!Hosts.Contains(request.Host.Host))
        {
            return $"The host name '{request.Host.Host}' is not one of this server's; use localhost.";
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)
            ? null
            : $"Pages of '{origin}' may not use this server.";
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning, "Refused {Method} {Path}: {Reason}")]
        public static partial void Refused(ILogger logger, string method, string? path, string reason);
    }
}

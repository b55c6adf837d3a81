using KubeMemory.Api.Errors;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.Extensions.Options;

namespace KubeMemory.Api.Access;

/// <summary>
/// Refuses what a browser sends on behalf of a foreign page: a Host that is not ours (DNS rebinding), a foreign Origin, and, where a
/// browser sends no Origin, a <c>Sec-Fetch-Site</c> that is not our own. What no browser sent has none of the three headers and passes.
/// </summary>
internal sealed partial class AccessMiddleware(RequestDelegate next, IOptions<AccessOptions> options, ILogger<AccessMiddleware> logger)
{
    private readonly HashSet<string> _hosts = new(options.Value.AllowedHosts, StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };
    private readonly HashSet<string> _origins = new(options.Value.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        var refusal = RefusalOf(context.Request);
        if (refusal is null)
        {
            return next(context);
        }

        Log.Refused(logger, context.Request.Method, context.Request.Path.Value, refusal);
        return Problems.WriteAsync(context, StatusCodes.Status403Forbidden, refusal);
    }

    private string? RefusalOf(HttpRequest request)
    {
        if (!_hosts.Contains(request.Host.Host))
        {
            return $"The host name '{request.Host.Host}' is not one of this server's; use localhost, or add the name to {AccessOptions.Section}:{nameof(AccessOptions.AllowedHosts)}.";
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0)
        {
            return IsOwn(origin, request) || _origins.Contains(origin)
                ? null
                : $"Pages of '{origin}' may not use this server; add that origin to {AccessOptions.Section}:{nameof(AccessOptions.AllowedOrigins)} if they should.";
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site is "" or "none" or "same-origin" || IsPlainNavigation(request)
            ? null
            : $"Pages of another origin may not use this server; open it directly, or add their origin to {AccessOptions.Section}:{nameof(AccessOptions.AllowedOrigins)}.";
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);

    /// <summary>Somebody followed a link: the page that it stood on learns nothing of the answer.</summary>
    private static bool IsPlainNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document";

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Warning, "Refused {Method} {Path}: {Reason}")]
        public static partial void Refused(ILogger logger, string method, string? path, string reason);
    }
}

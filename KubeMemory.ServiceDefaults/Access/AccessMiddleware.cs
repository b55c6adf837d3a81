using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>
/// Refuses what a browser sends on behalf of a foreign page: a Host that is not ours (DNS rebinding), a foreign Origin, and, where a
/// browser sends no Origin, a <c>Sec-Fetch-Site</c> that is not our own. What no browser sent has none of the three headers and passes.
/// In mode Local also what came from another machine, be it through a proxy on this one.
/// </summary>
internal sealed partial class AccessMiddleware(RequestDelegate next, IOptions<AccessOptions> options, ILogger<AccessMiddleware> logger)
{
    private readonly HashSet<string> _hosts = new(options.Value.AllowedHosts, StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };
    private readonly HashSet<string> _origins = new(options.Value.AllowedOrigins, StringComparer.OrdinalIgnoreCase);
    private readonly bool _local = options.Value.Chosen == AccessMode.Local;

    public Task InvokeAsync(HttpContext context)
    {
        var refusal = (_local ? RefusalOfElsewhere(context) : null) ?? RefusalOf(context.Request);
        if (refusal is null)
        {
            return next(context);
        }

        refusal = AccessIdentity.Visible(refusal);
        Log.Refused(logger, AccessIdentity.Visible(context.Request.Method), context.Request.Path.ToUriComponent(), refusal);
        return Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, refusal);
    }

    /// <summary>Who reads without signing in must be on this machine, and a proxy would make everybody look so.</summary>
    private static string? RefusalOfElsewhere(HttpContext context)
    {
        const string Instead = $"choose another {AccessOptions.Section}:{nameof(AccessOptions.Mode)} to be asked from other machines";
        if (!AccessIdentity.IsFromHere(context))
        {
            return $"Mode Local answers this machine alone, and this comes from {context.Connection.RemoteIpAddress}; {Instead}.";
        }

        var proxied = context.Request.Headers.Keys.FirstOrDefault(IsAProxys);
        return proxied is null ? null : $"Mode Local answers this machine alone, and the header {proxied} is a proxy's, which would pass on everybody; {Instead}.";
    }

    private static bool IsAProxys(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Via", StringComparison.OrdinalIgnoreCase);

    private string? RefusalOf(HttpRequest request)
    {
        if (!IsOwnHost(request))
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

    /// <summary>
    /// Where everybody has to show who they are, an address in figures is as good as a name of ours, because no DNS can be told to lie about it; and
    /// Kubernetes asks for a pod's health, Prometheus for its figures, by such an address.
    /// </summary>
    private bool IsOwnHost(HttpRequest request) =>
        _hosts.Contains(request.Host.Host) || (!_local && IPAddress.TryParse(request.Host.Host, out _));

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
        public static partial void Refused(ILogger logger, string method, string path, string reason);
    }
}

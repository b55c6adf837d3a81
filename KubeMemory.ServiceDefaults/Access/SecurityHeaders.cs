using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>What every answer, a failed one too, tells the browser not to do with it.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<AccessHostOptions> host)
{
    private static readonly string[] OwnNames = ["localhost", "127.0.0.1", "[::1]"];

    public Task InvokeAsync(HttpContext context)
    {
        // At the last moment: an error page throws away what was set before, and an endpoint may want something else.
        context.Response.OnStarting(static state => Set(((HttpContext, AccessHostOptions))state), (context, host.Value));
        return next(context);
    }

    private static Task Set((HttpContext Context, AccessHostOptions Host) answer)
    {
        var headers = answer.Context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = answer.Host.ContentSecurityPolicy;
        }

        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        // Not no-referrer: with it a browser sends a page's own forms from "Origin: null".
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (answer.Context.Request.IsHttps && !OwnNames.Contains(answer.Context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return Task.CompletedTask;
    }
}

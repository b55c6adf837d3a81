using System.Diagnostics;
using System.Text;
using KubeMemory.Api.Errors;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Contracts;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing.Patterns;

namespace KubeMemory.Api.Audit;

/// <summary>
/// Writes down every change: that it begins, before it does, and what became of it. What cannot be written down is not done. Who was refused has changed
/// nothing, and stands in the log alone.
/// </summary>
internal sealed partial class Audited(RequestDelegate next, TimeProvider time, ILogger<Audited> logger)
{
    private const int LongestTarget = 500;

    /// <summary>For the end of an entry: the caller may have gone by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="EngineUnavailableException">The entry cannot be begun.</exception>
    public async Task InvokeAsync(HttpContext context, IServiceProvider services)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || !Changes(context, endpoint))
        {
            await next(context);
            return;
        }

        var log = services.GetRequiredService<IAuditLog>();
        var id = await log.BeginAsync(EntryOf(context, endpoint), context.RequestAborted);
        try
        {
            await next(context);
        }
        catch (Exception fault)
        {
            // The answer is made of it further out.
            await EndAsync(log, id, ErrorExtensions.StatusOf(fault));
            throw;
        }

        await EndAsync(log, id, context.Response.StatusCode);
    }

    /// <summary>What is open to more than operators changes nothing, whatever the method: <c>POST /health</c> must not fill the log.</summary>
    private static bool Changes(HttpContext context, RouteEndpoint endpoint) =>
        !AccessRules.OnlyReads(context.Request.Method) && context.User.MayChange() && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null;

    private async Task EndAsync(IAuditLog log, long id, int status)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await log.EndAsync(id, status, detail: null, patience.Token);
        }
        catch (Exception fault) when (fault is EngineUnavailableException or OperationCanceledException)
        {
            // The change is made; its entry stays without an end, which says so.
            Log.NotEnded(logger, id, status, fault.Message);
        }
    }

    private AuditEntry EntryOf(HttpContext context, RouteEndpoint endpoint)
    {
        var target = context.Request.Path.ToUriComponent();
        return new AuditEntry(
            time.GetUtcNow(),
            context.User.Identity?.Name ?? AccessIdentity.Nobody,
            context.User.RoleOf() ?? AccessRoles.Viewer,
            $"{context.Request.Method} {Pattern(endpoint.RoutePattern)}",
            target.Length > LongestTarget ? target[..LongestTarget] : target,
            context.Connection.RemoteIpAddress?.ToString(),
            Activity.Current?.TraceId.ToHexString());
    }

    /// <summary><c>/api/incidents/{id}</c> of <c>/api/incidents/{id:long}</c>.</summary>
    private static string Pattern(RoutePattern pattern)
    {
        var text = new StringBuilder();
        foreach (var segment in pattern.PathSegments)
        {
            text.Append('/');
            foreach (var part in segment.Parts)
            {
                text.Append(part switch
                {
                    RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
                    RoutePatternLiteralPart literal => literal.Content,
                    RoutePatternSeparatorPart separator => separator.Content,
                    _ => "",
                });
            }
        }

        return text.ToString();
    }

    private static partial class Log
    {
        [LoggerMessage(174, LogLevel.Error, "The end of audit entry {Id}, status {Status}, could not be written: {Reason}")]
        public static partial void NotEnded(ILogger logger, long id, int status, string reason);
    }
}

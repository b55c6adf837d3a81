using KubeMemory.Api.Errors;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Startup;

internal static class StartupExtensions
{
    /// <summary>
    /// Until the engines have answered once, and the store is brought up to date, nothing can be asked of them: 503, with what is waited for.
    /// The status and the health say it in their own way.
    /// </summary>
    public static IApplicationBuilder UseEnginesReady(this IApplicationBuilder app)
    {
        var ready = app.ApplicationServices.GetService<EnginesReady>();
        return ready is null ? app : app.Use((context, next) => ready.IsReady || !AsksTheEngines(context.Request.Path) ? next(context) : RefuseAsync(context, ready));
    }

    private static bool AsksTheEngines(PathString path) =>
        (path.StartsWithSegments("/api") && !path.StartsWithSegments("/api/status")) || path.StartsWithSegments("/ws");

    private static Task RefuseAsync(HttpContext context, EnginesReady ready)
    {
        context.Response.Headers.RetryAfter = "5";
        return Problems.WriteAsync(
            context, StatusCodes.Status503ServiceUnavailable, $"{ready.WaitingFor ?? "The engines are being started."} Try again in a few seconds.");
    }
}

using KubeMemory.ServiceDefaults.Access;
using KubeMemory.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;

namespace KubeMemory.ServiceDefaults;

/// <summary>What every service of KubeMemory has in common: telemetry, health, service discovery, resilience.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Health checks with this tag say whether the process lives; all others say whether it is ready.</summary>
    public const string LiveTag = "live";

    private static readonly (string Category, string Level)[] QuietCategories =
    [
        ("System.Net.Http.HttpClient", "Warning"),
        ("Polly", "None"),
        ("Microsoft.AspNetCore", "Warning"),
        // "Hosting failed to start", with the stack of what the program then says in a sentence; a worker's end is critical.
        ("Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
        ("Microsoft.Extensions.AI", "Error"),
        ("Microsoft.EntityFrameworkCore", "Warning"),
        // The answer says it already, every time.
        ("Microsoft.Extensions.Diagnostics.HealthChecks", "None"),
    ];

    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        LoopbackProxy.Install();
        builder.AddQuietLogging();
        builder.AddTelemetry();
        builder.AddAccess();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // A POST or PATCH that was cut off may have been done: only the caller knows whether to repeat it.
            http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary><c>/alive</c>: the process answers. <c>/health</c>: its own engines answer too. For everybody, the reasons for those who may read.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthReply.WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag), ResponseWriter = HealthReply.WriteAsync })
            .AllowAnonymous();
        return app;
    }

    /// <summary>
    /// What the frameworks say of every single request, and every failed attempt with its stack: traces hold it, and a log of it hides
    /// what is said to people. Below all other configuration, so that <c>Logging__LogLevel__…</c> brings it back.
    /// </summary>
    private static void AddQuietLogging(this IHostApplicationBuilder builder)
    {
        // Not as another source: that would make the configuration forget what code has set in it so far.
        foreach (var (category, level) in QuietCategories)
        {
            builder.Configuration["Logging:LogLevel:" + category] ??= level;
        }
    }
}

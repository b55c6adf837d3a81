using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace KubeMemory.ServiceDefaults.Telemetry;

/// <summary>What is measured, and <c>/metrics</c>, where Prometheus reads it; there whether OTLP is set up or not.</summary>
public static class Metrics
{
    public const string Path = "/metrics";

    /// <summary>How many people have a page of the dashboard open.</summary>
    private const string CircuitsMeter = "Microsoft.AspNetCore.Components.Server.Circuits";

    internal static OpenTelemetryBuilder WithKubeMemoryMetrics(this OpenTelemetryBuilder telemetry) => telemetry.WithMetrics(metrics => metrics
        .AddMeter(TelemetryExtensions.TelemetryPrefix, CircuitsMeter)
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddRuntimeInstrumentation()
        .AddPrometheusExporter());

    /// <summary>A host that collects nothing (another one of its process does) has nothing to serve.</summary>
    internal static void MapMetrics(this WebApplication app)
    {
        if (app.Services.GetService<MeterProvider>() is not null)
        {
            app.MapPrometheusScrapingEndpoint(Path)
                .RequireAuthorization(AccessPolicies.Viewer)
                .WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).DisableHttpMetrics();
        }
    }
}

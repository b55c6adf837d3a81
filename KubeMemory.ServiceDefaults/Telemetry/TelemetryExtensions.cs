using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace KubeMemory.ServiceDefaults.Telemetry;

/// <summary>Logs, traces and metrics over OTLP.</summary>
public static class TelemetryExtensions
{
    /// <summary>Where OTLP goes; without it nothing is exported and nothing is collected.</summary>
    public const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The prefix of every meter and activity source of ours.</summary>
    public const string TelemetryPrefix = "KubeMemory.*";

    internal static void AddTelemetry(this IHostApplicationBuilder builder, ServiceTelemetry telemetry)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpointKey]))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
            if (!telemetry.ForProcess)
            {
                logging.AddOtlpExporter();
            }
        });
        var open = builder.Services.AddOpenTelemetry().ConfigureResource(telemetry.Describe);
        if (telemetry.ForProcess)
        {
            open.WithMetrics(metrics => AddMetrics(metrics)).WithTracing(tracing => tracing.AddTracing()).UseOtlpExporter();
        }
    }

    private static MeterProviderBuilder AddMetrics(MeterProviderBuilder metrics) => metrics
        .AddMeter(TelemetryPrefix)
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddRuntimeInstrumentation();
}

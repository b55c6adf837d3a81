using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace KubeMemory.ServiceDefaults.Telemetry;

/// <summary>Logs, traces and metrics over OTLP; the metrics for Prometheus too, see <see cref="Metrics"/>.</summary>
public static class TelemetryExtensions
{
    /// <summary>Where OTLP goes; without it metrics alone are collected, and nothing is sent.</summary>
    public const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The prefix of every meter and activity source of ours.</summary>
    public const string TelemetryPrefix = "KubeMemory.*";

    internal static void AddTelemetry(this IHostApplicationBuilder builder, ServiceTelemetry telemetry)
    {
        var open = builder.Services.AddOpenTelemetry().ConfigureResource(telemetry.Describe);
        if (telemetry.ForProcess)
        {
            open.WithKubeMemoryMetrics();
        }

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
        if (telemetry.ForProcess)
        {
            open.WithTracing(tracing => tracing.AddTracing()).UseOtlpExporter();
        }
    }
}

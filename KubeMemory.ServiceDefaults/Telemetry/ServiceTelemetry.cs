using System.Reflection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Resources;

namespace KubeMemory.ServiceDefaults.Telemetry;

/// <summary>As what a host appears in telemetry.</summary>
/// <param name="ServiceName">Like <c>kubememory-api</c>; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES stand above it.</param>
/// <param name="ForProcess">
/// Whether this host exports the spans and measurements of the process. They belong to the process and not to a host: of several hosts in one,
/// one alone exports them, and each its own logs.
/// </param>
public sealed record ServiceTelemetry(string ServiceName, bool ForProcess = true)
{
    // One a process, however many hosts are in it.
    private static readonly string InstanceId = Guid.NewGuid().ToString();

    /// <summary>KubeMemory.Api → kubememory-api.</summary>
    public static ServiceTelemetry Of(IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return new(environment.ApplicationName.Replace('.', '-').ToLowerInvariant());
    }

    internal void Describe(ResourceBuilder resource) => resource
        .Clear()
        .AddService(ServiceName, serviceVersion: VersionOf(typeof(ServiceTelemetry).Assembly), autoGenerateServiceInstanceId: false, serviceInstanceId: InstanceId)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    // 0.1.0+4a8b1e3…: the commit is of no use to who looks for a version.
    private static string? VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}

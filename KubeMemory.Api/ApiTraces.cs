using System.Diagnostics;

namespace KubeMemory.Api;

/// <summary>The spans of ingest and projection; telemetry subscribes to them by the name's prefix.</summary>
internal static class ApiTraces
{
    public static ActivitySource Source { get; } = new("KubeMemory.Api");
}

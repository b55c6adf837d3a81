using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Classification;

/// <summary>Which probe fails and how.</summary>
internal static class ProbeCauses
{
    // Readiness probe failed: HTTP probe failed with statuscode: 500
    // Liveness probe failed: Get "http://10.42.0.3:8080/healthz": dial tcp 10.42.0.3:8080: connect: connection refused
    // Startup probe errored: rpc error: … | Readiness probe failed: command "x" timed out | Liveness probe failed: (nothing)
    public static Classified Explain(string message)
    {
        var probe = message.StartsWith("Liveness", StringComparison.OrdinalIgnoreCase) ? "liveness"
            : message.StartsWith("Startup", StringComparison.OrdinalIgnoreCase) ? "startup"
            : message.StartsWith("Readiness", StringComparison.OrdinalIgnoreCase) ? "readiness"
            : "";
        var how = HowOf(message);
        var cause = $"{probe} probe: {how}".TrimStart();
        return new Classified(IncidentType.ProbeFailure, cause) { Words = cause, DnsName = MessageParts.DnsNameIn(message) };
    }

    private static string HowOf(string message)
    {
        if (MessageParts.After(message, "statuscode: ", " ") is { } code)
        {
            return $"status code {code}";
        }

        if (message.Contains("connection refused", StringComparison.Ordinal))
        {
            return "connection refused";
        }

        if (message.Contains("Client.Timeout", StringComparison.Ordinal)
            || message.Contains("deadline exceeded", StringComparison.Ordinal)
            || message.Contains("timed out", StringComparison.Ordinal)
            || message.Contains("i/o timeout", StringComparison.Ordinal)
            || message.Contains("timeout:", StringComparison.Ordinal))
        {
            return "timed out";
        }

        var colon = message.IndexOf(": ", StringComparison.Ordinal);
        var rest = colon < 0 ? "" : CauseText.Normalise(message.AsSpan(colon + 2));
        return rest.Length == 0 ? "the command failed" : rest;
    }
}

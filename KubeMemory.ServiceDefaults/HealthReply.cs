using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KubeMemory.ServiceDefaults;

/// <summary>
/// Says which check fails and why:
/// <code>{"status":"unhealthy","checks":[{"name":"engines","status":"unhealthy","description":"incidents (SQLite) does not answer: …"}]}</code>
/// </summary>
internal static class HealthReply
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var reply = new
        {
            Status = NameOf(report.Status),
            Checks = report.Entries.Select(check => new { Name = check.Key, Status = NameOf(check.Value.Status), check.Value.Description }),
        };
        return context.Response.WriteAsJsonAsync(reply, Json, context.RequestAborted);
    }

    private static string NameOf(HealthStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

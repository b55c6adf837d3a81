using System.Text.Json;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KubeMemory.ServiceDefaults;

/// <summary>
/// Says which check fails and, to those who may read, why:
/// <code>{"status":"unhealthy","checks":[{"name":"engines","status":"unhealthy","description":"incidents (SQLite) does not answer: …"}]}</code>
/// </summary>
internal static class HealthReply
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var why = context.User.MayRead();
        var reply = new
        {
            Status = NameOf(report.Status),
            Checks = report.Entries.Select(check => new { Name = check.Key, Status = NameOf(check.Value.Status), Description = why ? check.Value.Description : null }),
        };
        return context.Response.WriteAsJsonAsync(reply, Json, context.RequestAborted);
    }

    private static string NameOf(HealthStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

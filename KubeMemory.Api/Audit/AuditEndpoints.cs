using System.Globalization;
using System.Text.Json.Nodes;
using KubeMemory.Api.Errors;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Contracts;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace KubeMemory.Api.Audit;

/// <summary>Who changed what, and when.</summary>
internal static class AuditEndpoints
{
    private const int DefaultLimit = 25;
    private const int MaxLimit = 200;

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/api/audit", Reading.Methods, ListAsync)
            .WithTags("audit")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithName("ListAudit")
            .WithSummary("Who changed what, and when, newest first, one page by key. An entry without a status is of a change whose end was never seen.")
            .Produces<AuditLogPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.Parameters = [Before(), Limit()];
                return Task.CompletedTask;
            });
        return app;
    }

    private static async Task<IResult> ListAsync(HttpRequest request, [FromServices] IAuditLog audit, CancellationToken cancellationToken)
    {
        if (!TryRead(request.Query, "before", long.MaxValue, out var before))
        {
            return Problems.BadRequest($"before '{request.Query["before"]}' makes no sense; use the address in next, or an entry's id.");
        }

        if (!TryRead(request.Query, "limit", MaxLimit, out var limit))
        {
            return Problems.BadRequest($"limit '{request.Query["limit"]}' makes no sense; use a number from 1 to {MaxLimit}.");
        }

        var size = (int)(limit ?? DefaultLimit);
        var page = await audit.ListAsync(before, size, cancellationToken);
        return TypedResults.Ok(new AuditLogPage(page.Count, PageAddress(request, page.Next, size), [.. page.Results.Select(Item)]));
    }

    /// <summary>A number from 1, or none where none is given; false where it makes no sense.</summary>
    private static bool TryRead(IQueryCollection query, string name, long max, out long? number)
    {
        number = null;
        if (!query.TryGetValue(name, out var text))
        {
            return true;
        }

        var fits = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max;
        number = value;
        return fits;
    }

    private static AuditLogItem Item(AuditItem item) =>
        new(
            item.Id,
            item.Entry.At,
            item.Entry.User,
            item.Entry.Role,
            item.Entry.Action,
            item.Entry.Target,
            item.Entry.From,
            item.Entry.TraceId,
            item.Status,
            item.Detail);

    /// <summary>Relative to the server's root, so that it holds behind any proxy.</summary>
    private static string? PageAddress(HttpRequest request, long? before, int limit) =>
        before is null ? null : string.Create(CultureInfo.InvariantCulture, $"{request.PathBase}/api/audit?before={before}&limit={limit}");

    private static OpenApiParameter Before() => new()
    {
        Name = "before",
        In = ParameterLocation.Query,
        Description = "Entries older than the one of this id.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
    };

    private static OpenApiParameter Limit() => new()
    {
        Name = "limit",
        In = ParameterLocation.Query,
        Description = "How many at most.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{MaxLimit}", Default = JsonValue.Create(DefaultLimit) },
    };
}

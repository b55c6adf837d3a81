using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Api.Errors;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Retention;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace KubeMemory.Api.Incidents;

internal static class IncidentEndpoints
{
    /// <summary>Ample for one status.</summary>
    private const int MaxBodyBytes = 16 * 1024;

    /// <summary>Statuses that a person may set; stale is found out, not decided.</summary>
    private static readonly IncidentStatus[] Settable = [IncidentStatus.Open, IncidentStatus.Investigating, IncidentStatus.Resolved];

    // Routing takes every address with and without a trailing slash; the guide writes /api/incidents/.
    public static IEndpointRouteBuilder MapIncidents(this IEndpointRouteBuilder app)
    {
        var incidents = app.MapGroup("/api/incidents").WithTags("incidents").RequireAuthorization(AccessPolicies.Viewer);
        incidents.MapMethods("/", Reading.Methods, ListAsync)
            .WithName("ListIncidents")
            .WithSummary("Incidents that fit a filter, one page by key, counted by the database.")
            .Produces<IncidentPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.Parameters = [.. IncidentQueryParser.Parameters.Select(Describe)];
                return Task.CompletedTask;
            });
        incidents.MapMethods("/{id:long}", Reading.Methods, GetAsync)
            .WithName("GetIncident")
            .WithSummary("One incident with its evidence, logs, timeline, pods and related incidents.")
            .Produces<IncidentDetail>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        incidents.MapPatch("/{id:long}", PatchAsync)
            .WithName("SetIncidentStatus")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Sets the status: open, investigating or resolved. Nothing else can be set.")
            .Accepts<IncidentPatch>("application/json")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .Produces<IncidentSummary>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        incidents.MapDelete("/{id:long}", DeleteAsync)
            .WithName("DeleteIncident")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Forgets an incident altogether, in every engine. A problem that goes on opens a new one.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<IResult> ListAsync(HttpRequest request, IIncidentReader reader, TimeProvider time, CancellationToken cancellationToken)
    {
        IncidentQuery query;
        try
        {
            query = IncidentQueryParser.Parse(request.Query, time.GetUtcNow());
        }
        catch (InvalidQueryException e)
        {
            return Problems.BadRequest(e.Message);
        }

        var slice = await reader.ListAsync(query, cancellationToken);
        return TypedResults.Ok(new IncidentPage(slice.Count, PageAddress(request, slice.Next), PageAddress(request, slice.Previous), slice.Results));
    }

    private static async Task<IResult> GetAsync(long id, IIncidentReader reader, CancellationToken cancellationToken) =>
        await reader.GetAsync(id, cancellationToken) is { } incident ? TypedResults.Ok(incident) : NoSuchIncident(id);

    private static async Task<IResult> DeleteAsync(long id, [FromServices] IRetention retention, CancellationToken cancellationToken) =>
        await retention.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuchIncident(id);

    private static async Task<IResult> PatchAsync(long id, HttpRequest request, IIncidentReader reader, CancellationToken cancellationToken)
    {
        var (status, problem) = await ReadStatusAsync(request, cancellationToken);
        if (status is null)
        {
            return Problems.BadRequest(problem);
        }

        return await reader.SetStatusAsync(id, status.Value, cancellationToken) is { } incident ? TypedResults.Ok(incident) : NoSuchIncident(id);
    }

    // {"status":"investigating"}
    private static async Task<(IncidentStatus? Status, string Problem)> ReadStatusAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var allowed = string.Join(", ", Settable.Select(IncidentQueryParser.NameOf));
        try
        {
            var body = await JsonNode.ParseAsync(request.Body, documentOptions: new() { AllowDuplicateProperties = false }, cancellationToken: cancellationToken);
            return body is JsonObject members ? ReadStatus(members, allowed) : (null, "The body is not a JSON object; send {\"status\":\"investigating\"}.");
        }
        catch (JsonException)
        {
            return (null, "The body is not JSON; send {\"status\":\"investigating\"}.");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, as an escape sequence: JSON, and no text.
            return (null, $"The body has a broken escape sequence (half of a surrogate pair); use one of {allowed}.");
        }
    }

    private static (IncidentStatus? Status, string Problem) ReadStatus(JsonObject members, string allowed)
    {
        foreach (var (name, _) in members.Where(m => m.Key != "status"))
        {
            return (null, $"'{name}' cannot be set; send status and nothing else.");
        }

        if (members["status"] is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return (null, $"status is missing or no string; use one of {allowed}.");
        }

        foreach (var status in Settable)
        {
            if (IncidentQueryParser.NameOf(status) == text)
            {
                return (status, "");
            }
        }

        return (null, $"status '{text}' cannot be set; use one of {allowed}.");
    }

    private static IResult NoSuchIncident(long id) =>
        Problems.Result(StatusCodes.Status404NotFound, $"There is no incident {id}; GET /api/incidents/ lists those that there are.");

    /// <summary>The same filters with another cursor, relative to the server's root, so that it holds behind any proxy.</summary>
    private static string? PageAddress(HttpRequest request, string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var query = new QueryBuilder(request.Query.Where(p => p.Key != "cursor")) { { "cursor", cursor } };
        return $"{request.PathBase}/api/incidents/{query.ToQueryString()}";
    }

    private static OpenApiParameter Describe(QueryParameter parameter)
    {
        var value = parameter.Name == "storm"
            ? new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" }
            : parameter.Name == "limit"
            ? new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{IncidentQueryParser.MaxLimit}", Default = IncidentQuery.All.Limit }
            : new OpenApiSchema { Type = JsonSchemaType.String, Enum = parameter.Allowed is null ? null : [.. parameter.Allowed.Select(name => (JsonNode)name)] };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Schema = parameter.Repeats ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = value } : value,
        };
    }
}

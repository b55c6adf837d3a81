using System.Text.Json.Nodes;
using KubeMemory.Api.Errors;
using KubeMemory.Api.Graph;
using KubeMemory.Api.Incidents;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace KubeMemory.Api.Memory;

/// <summary>
/// What happened before that is like an incident, what happened around it, and the search over all of it. Vectors or a graph that do not answer
/// leave a part out, and the answer says so; without the incident store there is none.
/// </summary>
internal static class MemoryEndpoints
{
    public static IEndpointRouteBuilder MapMemory(this IEndpointRouteBuilder app)
    {
        var incident = app.MapGroup("/api/incidents/{id:long}").WithTags("incidents").RequireAuthorization(AccessPolicies.Viewer);
        incident.MapMethods("/similar", Reading.Methods, SimilarAsync)
            .WithName("GetSimilarIncidents")
            .WithSummary("What happened before that is like this incident: recurrences, the same failure elsewhere, and what is alike; with reasons and a calibrated score.")
            .Produces<SimilarIncidentList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer((operation, _, _) => Describe(
                operation,
                Limit(MemoryQuery.DefaultSimilar, SimilarCases.Most),
                Choice("scope", "Incidents of its own cluster, or of all.", MemoryQuery.AllScope, MemoryQuery.ClusterScope, MemoryQuery.AllScope)));
        incident.MapMethods("/correlation", Reading.Methods, CorrelationAsync)
            .WithName("GetCorrelation")
            .WithSummary("What began within five minutes of it, what it shares with others that fail, what was rolled out in the two hours before, and how far it reaches.")
            .Produces<IncidentCorrelation>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer((operation, _, _) => Describe(operation));
        app.MapMethods("/api/memory/search", Reading.Methods, SearchAsync)
            .WithName("SearchMemory")
            .WithTags("memory")
            .RequireAuthorization(AccessPolicies.Viewer)
            .WithSummary("Searches incidents, their evidence and fixes by meaning and by words, fused by rank, with the part of the text where the words stand.")
            .Produces<MemorySearchResults>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer((operation, _, _) => Describe(
                operation,
                new OpenApiParameter
                {
                    Name = "q",
                    In = ParameterLocation.Query,
                    Required = true,
                    Description = "What to look for, in words.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = MemorySearch.LongestQuery },
                },
                Limit(MemoryQuery.DefaultSearch, MemorySearch.Most),
                new OpenApiParameter { Name = "cluster", In = ParameterLocation.Query, Description = "Only of this cluster, by name or id.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                Choice("kind", "Only where the words stand there.", null, [.. MemoryQuery.Kinds])));
        return app;
    }

    private static async Task<IResult> SimilarAsync(long id, HttpRequest request, [FromServices] SimilarCases similar, CancellationToken cancellationToken)
    {
        try
        {
            var (limit, sameClusterOnly) = MemoryQuery.Similar(request.Query);
            return await similar.FindAsync(id, limit, sameClusterOnly, cancellationToken) is { } found ? TypedResults.Ok(found) : NoSuchIncident(id);
        }
        catch (InvalidQueryException e)
        {
            return Problems.BadRequest(e.Message);
        }
    }

    private static async Task<IResult> CorrelationAsync(long id, HttpRequest request, [FromServices] ICorrelations correlations, CancellationToken cancellationToken)
    {
        try
        {
            GraphQuery.Allow(request.Query);
            return await correlations.FindAsync(id, cancellationToken) is { } found ? TypedResults.Ok(found) : NoSuchIncident(id);
        }
        catch (InvalidQueryException e)
        {
            return Problems.BadRequest(e.Message);
        }
    }

    private static async Task<IResult> SearchAsync(
        HttpRequest request, [FromServices] MemorySearch memory, [FromServices] IIncidentSearch search, CancellationToken cancellationToken)
    {
        try
        {
            var (text, limit, cluster, kind) = MemoryQuery.Search(request.Query);
            var clusterId = cluster is null ? null : await search.FindClusterAsync(cluster, cancellationToken) ?? throw new InvalidQueryException($"There is no cluster '{cluster}'; GET /api/status lists those that there are.");
            return TypedResults.Ok(await memory.FindAsync(text, limit, clusterId, kind, cancellationToken));
        }
        catch (InvalidQueryException e)
        {
            return Problems.BadRequest(e.Message);
        }
    }

    private static IResult NoSuchIncident(long id) =>
        Problems.Result(StatusCodes.Status404NotFound, $"There is no incident {id}; GET /api/incidents/ lists those that there are.");

    private static Task Describe(OpenApiOperation operation, params OpenApiParameter[] parameters)
    {
        operation.Parameters = [.. operation.Parameters?.Where(parameter => parameter.In == ParameterLocation.Path) ?? [], .. parameters];
        return Task.CompletedTask;
    }

    private static OpenApiParameter Limit(int usual, int most) => new()
    {
        Name = "limit",
        In = ParameterLocation.Query,
        Description = "How many at most.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{most}", Default = JsonValue.Create(usual) },
    };

    private static OpenApiParameter Choice(string name, string description, string? usual, params string[] values) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Default = usual is null ? null : JsonValue.Create(usual), Enum = [.. values.Select(value => JsonValue.Create(value))] },
    };
}

using System.Text.Json.Nodes;
using KubeMemory.Api.Errors;
using KubeMemory.Api.Incidents;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace KubeMemory.Api.Graph;

/// <summary>How an incident hangs together with others. A graph that does not answer is a 503, as every engine that is out.</summary>
internal static class GraphEndpoints
{
    public static IEndpointRouteBuilder MapGraph(this IEndpointRouteBuilder app)
    {
        var incident = app.MapGroup("/api/incidents/{id:long}").WithTags("incidents").RequireAuthorization(AccessPolicies.Viewer);
        incident.MapMethods("/graph", Reading.Methods, NeighbourhoodAsync)
            .WithName("GetIncidentGraph")
            .WithSummary("What the incident hangs on (workload, pods, nodes, image, rollouts), and other incidents that hang on the same.")
            .Produces<IncidentGraphView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer((operation, _, _) => Describe(operation, Limit("How many other incidents at most, those seen last first.")));
        incident.MapMethods("/co-occurring", Reading.Methods, CoOccurringAsync)
            .WithName("GetCoOccurringIncidents")
            .WithSummary("Other incidents of the same cluster that began at about the same time, nearest first.")
            .Produces<CoOccurringIncidents>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer((operation, _, _) => Describe(operation, Within(), Limit("How many incidents at most.")));
        return app;
    }

    private static async Task<IResult> NeighbourhoodAsync(
        long id, HttpRequest request, [FromServices] IIncidentGraph graph, [FromServices] IOutbox store, CancellationToken cancellationToken)
    {
        int limit;
        try
        {
            GraphQuery.Allow(request.Query, "limit");
            limit = GraphQuery.Limit(request.Query);
        }
        catch (InvalidQueryException e)
        {
            return Problems.BadRequest(e.Message);
        }

        if (await store.IncidentAsync(id, cancellationToken) is null)
        {
            return NoSuchIncident(id);
        }

        return await graph.GetNeighbourhoodAsync(id, limit, cancellationToken) is { } around
            ? TypedResults.Ok(new IncidentGraphView(
                [.. around.Nodes.Select(node => new IncidentGraphNode(node.Key, node.Label, node.Name, node.IncidentId))],
                [.. around.Edges.Select(edge => new IncidentGraphEdge(edge.From, edge.To, edge.Type))]))
            : Problems.Result(StatusCodes.Status404NotFound, $"Incident {id} is not in the graph yet; try again in a few seconds.");
    }

    private static async Task<IResult> CoOccurringAsync(
        long id,
        HttpRequest request,
        [FromServices] IIncidentGraph graph,
        [FromServices] IOutbox store,
        [FromServices] IIncidentSearch search,
        CancellationToken cancellationToken)
    {
        TimeSpan within;
        int limit;
        try
        {
            GraphQuery.Allow(request.Query, "within", "limit");
            (within, limit) = (GraphQuery.Within(request.Query), GraphQuery.Limit(request.Query));
        }
        catch (InvalidQueryException e)
        {
            return Problems.BadRequest(e.Message);
        }

        if (await store.IncidentAsync(id, cancellationToken) is null)
        {
            return NoSuchIncident(id);
        }

        var found = await graph.FindCoOccurringAsync(id, within, limit, cancellationToken);
        // One that was deleted leaves the graph a moment later.
        var there = (await search.ReadAsync([.. found.Select(one => one.IncidentId)], cancellationToken)).ToDictionary(incident => incident.Id);
        CoOccurringIncident[] results =
        [
            .. found.Where(one => there.ContainsKey(one.IncidentId)).Select(one => new CoOccurringIncident(there[one.IncidentId], one.Apart.TotalSeconds, one.Shared)),
        ];
        return TypedResults.Ok(new CoOccurringIncidents(within.TotalSeconds, results));
    }

    private static IResult NoSuchIncident(long id) =>
        Problems.Result(StatusCodes.Status404NotFound, $"There is no incident {id}; GET /api/incidents/ lists those that there are.");

    private static Task Describe(OpenApiOperation operation, params OpenApiParameter[] parameters)
    {
        operation.Parameters = [.. operation.Parameters?.Where(parameter => parameter.In == ParameterLocation.Path) ?? [], .. parameters];
        return Task.CompletedTask;
    }

    private static OpenApiParameter Limit(string description) => new()
    {
        Name = "limit",
        In = ParameterLocation.Query,
        Description = description,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Minimum = "1",
            Maximum = $"{GraphQuery.MaxLimit}",
            Default = JsonValue.Create(GraphQuery.DefaultLimit),
        },
    };

    private static OpenApiParameter Within() => new()
    {
        Name = "within",
        In = ParameterLocation.Query,
        Description = "How far apart they may have begun, before or after: a duration like 90s, 30m, 2h, 1d, at most 30 days.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Default = JsonValue.Create(GraphQuery.DefaultWithin) },
    };
}

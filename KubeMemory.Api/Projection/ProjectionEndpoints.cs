using KubeMemory.Api.Errors;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Mvc;

namespace KubeMemory.Api.Projection;

internal static class ProjectionEndpoints
{
    private const int DefaultLimit = 5;

    public static IEndpointRouteBuilder MapProjections(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/api/incidents/{id:long}/similar", Reading.Methods, SimilarAsync)
            .WithName("GetSimilarIncidents")
            .WithTags("incidents")
            .RequireAuthorization(AccessPolicies.Viewer)
            .WithSummary($"Incidents like this one, of any cluster, the likest first; limit is 1 to {SimilarIncidents.Most}, {DefaultLimit} by default.")
            .Produces<SimilarIncidentList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapMethods("/api/reindex", Reading.Methods, ListAsync)
            .WithName("GetReindex")
            .WithTags("projections")
            .RequireAuthorization(AccessPolicies.Viewer)
            .WithSummary("How far the rebuild of vectors and graph is, or when the last one was complete.")
            .Produces<IReadOnlyList<ReindexProgress>>();
        app.MapPost("/api/reindex/{projector}", BeginAsync)
            .WithName("Reindex")
            .WithTags("projections")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Rebuilds vectors or graph from the incidents, while what is there goes on serving; one that is under way goes on unless again=true.")
            .Produces<ReindexProgress>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return app;
    }

    private static async Task<IResult> SimilarAsync(
        long id, string? limit, [FromServices] SimilarIncidents similar, [FromServices] IOutbox store, CancellationToken cancellationToken)
    {
        var max = DefaultLimit;
        if (limit is not null
            && (!int.TryParse(limit, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out max) || max is < 1 or > SimilarIncidents.Most))
        {
            return Problems.BadRequest($"limit '{limit}' is not a number from 1 to {SimilarIncidents.Most}.");
        }

        try
        {
            if (await similar.FindAsync(id, max, VectorFilter.None, cancellationToken) is not { } found)
            {
                return Problems.Result(StatusCodes.Status404NotFound, $"There is no incident {id}; GET /api/incidents/ lists those that there are.");
            }

            var results = new List<SimilarIncidentDto>(found.Count);
            foreach (var (other, similarity) in found)
            {
                // One that is gone is forgotten by the memory a moment later.
                if (await store.IncidentAsync(other, cancellationToken) is { } incident)
                {
                    results.Add(new(incident, Math.Round(similarity, 4)));
                }
            }

            return TypedResults.Ok(new SimilarIncidentList(results));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && PassingFaults.Holds(fault))
        {
            return NoAnswer("The vector memory or its embedding model does not answer", fault);
        }
    }

    private static async Task<IResult> ListAsync([FromServices] Reindex reindex, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reindex.ListAsync(cancellationToken));

    private static async Task<IResult> BeginAsync(string projector, bool? again, [FromServices] Reindex reindex, CancellationToken cancellationToken)
    {
        if (!Reindex.Names.Contains(projector))
        {
            return Problems.Result(StatusCodes.Status404NotFound, $"'{projector}' cannot be rebuilt; use {string.Join(" or ", Reindex.Names)}.");
        }

        try
        {
            return TypedResults.Accepted("/api/reindex", await reindex.BeginAsync(projector, again ?? false, cancellationToken));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && PassingFaults.Holds(fault))
        {
            return NoAnswer("The embedding model does not answer", fault);
        }
    }

    private static IResult NoAnswer(string what, Exception fault) =>
        Problems.Result(StatusCodes.Status503ServiceUnavailable, $"{what}; try again in a moment ({fault.Message.TrimEnd('.')}).");
}

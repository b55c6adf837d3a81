using KubeMemory.Api.Errors;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Mvc;

namespace KubeMemory.Api.Projection;

internal static class ProjectionEndpoints
{
    public static IEndpointRouteBuilder MapProjections(this IEndpointRouteBuilder app)
    {
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

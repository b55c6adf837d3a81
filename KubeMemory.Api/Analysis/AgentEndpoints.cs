using KubeMemory.Api.Errors;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Mvc;

namespace KubeMemory.Api.Analysis;

/// <summary>Analyses: read, asked for, taken back; how they do; and the runbook of an incident.</summary>
internal static class AgentEndpoints
{
    public static IEndpointRouteBuilder MapAgents(this IEndpointRouteBuilder app)
    {
        var agents = app.MapGroup("/api/agents").WithTags("analysis").RequireAuthorization(AccessPolicies.Viewer);
        agents.MapMethods("/analysis/{id:long}", Reading.Methods, GetAsync)
            .WithName("GetAnalysis")
            .WithSummary("What is thought of an incident, on what evidence, and how far its analysis is.")
            .Produces<AnalysisView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents.MapMethods("/status", Reading.Methods, StatusAsync)
            .WithName("GetAgentsStatus")
            .WithSummary("Who analyses, what waits, and what was spent today.")
            .Produces<AgentsStatus>();
        agents.MapPost("/analyze/{id:long}", AnalyseAsync)
            .WithName("Analyze")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Asks for a new analysis of an incident, before all others; the last one stays until it is done.")
            .Produces<AnalysisView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents.MapDelete("/analyze/{id:long}", CancelAsync)
            .WithName("CancelAnalysis")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Takes an analysis back that is queued or running; the last one stays.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        agents.MapPost("/runbook/{id:long}", RunbookAsync)
            .WithName("GetRunbook")
            .WithSummary("An incident's analysis as a runbook in Markdown. Changes nothing.")
            .Produces<Runbook>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<IResult> GetAsync(long id, [FromServices] AnalysisReader reader, CancellationToken cancellationToken) =>
        await reader.ReadAsync(id, cancellationToken) is { } view ? TypedResults.Ok(view) : NoSuchIncident(id);

    private static async Task<IResult> StatusAsync([FromServices] AgentsStatusReader status, CancellationToken cancellationToken) =>
        TypedResults.Ok(await status.ReadAsync(cancellationToken));

    private static async Task<IResult> AnalyseAsync(
        long id, [FromServices] IAnalyses analyses, [FromServices] AnalysisFeed feed, [FromServices] AnalysisReader reader, CancellationToken cancellationToken)
    {
        if (!await analyses.RequestAsync(id, AnalysisPriority.OnDemand, force: true, cancellationToken))
        {
            return NoSuchIncident(id);
        }

        await feed.SayAsync(id, AnalysisState.Queued, cancellationToken);
        return await reader.ReadAsync(id, cancellationToken) is { } view ? TypedResults.Accepted($"/api/agents/analysis/{id}/", view) : NoSuchIncident(id);
    }

    private static async Task<IResult> CancelAsync(
        long id, [FromServices] IAnalyses analyses, [FromServices] RunningAnalyses running, [FromServices] AnalysisFeed feed, CancellationToken cancellationToken)
    {
        if (!await analyses.CancelAsync(id, cancellationToken))
        {
            return await analyses.GetAsync(id, cancellationToken) is null
                ? NoSuchIncident(id)
                : Problems.Result(StatusCodes.Status409Conflict, $"No analysis of incident {id} is queued or running; there is nothing to cancel.");
        }

        await running.CancelAsync(id);
        await feed.SayAsync(id, AnalysisState.Cancelled, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RunbookAsync(
        long id, [FromServices] AnalysisReader reader, [FromServices] IIncidentReader incidents, [FromServices] RunbookReader runbooks, CancellationToken cancellationToken)
    {
        if (await incidents.GetAsync(id, cancellationToken) is not { } incident || await reader.ReadAsync(id, cancellationToken) is not { } view)
        {
            return NoSuchIncident(id);
        }

        return TypedResults.Ok(await runbooks.WriteAsync(incident, view.Result, cancellationToken));
    }

    private static IResult NoSuchIncident(long id) =>
        Problems.Result(StatusCodes.Status404NotFound, $"There is no incident {id}; GET /api/incidents/ lists those that there are.");
}

using System.Globalization;
using System.Text.Json.Nodes;
using KubeMemory.Api.Errors;
using KubeMemory.Api.Incidents;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace KubeMemory.Api.Fixes;

/// <summary>What people did about incidents, and whether it worked.</summary>
internal static class FixEndpoints
{
    public static IEndpointRouteBuilder MapFixes(this IEndpointRouteBuilder app)
    {
        MapOfIncident(app.MapGroup("/api/incidents/{id:long}/fixes").WithTags("fixes").RequireAuthorization(AccessPolicies.Viewer));
        MapAll(app.MapGroup("/api/fixes").WithTags("fixes").RequireAuthorization(AccessPolicies.Viewer));
        return app;
    }

    private static void MapOfIncident(RouteGroupBuilder fixes)
    {
        fixes.MapMethods("/", Reading.Methods, OfIncidentAsync)
            .WithName("GetFixesOfIncident")
            .WithSummary("What was recorded on the incident, and what helped with the like: confirmed fixes with how they fared, and corrections.")
            .Produces<FixesOfIncident>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        fixes.MapPost("/", AddAsync)
            .WithName("AddFix")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Records what was done and whether it worked, or what the cause really was where the analysis was wrong. Secrets are redacted.")
            .Accepts<FixCreate>("application/json")
            .WithMetadata(new RequestSizeLimitAttribute(FixBody.MaxBytes))
            .Produces<FixDto>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
    }

    private static void MapAll(RouteGroupBuilder fixes)
    {
        fixes.MapMethods("/", Reading.Methods, ListAsync)
            .WithName("ListFixes")
            .WithSummary("All that was recorded, newest first, one page by key, counted by the database.")
            .Produces<FixPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.Parameters = [Signature(), Cursor(), Limit()];
                return Task.CompletedTask;
            });
        fixes.MapPatch("/{id:long}", EditAsync)
            .WithName("EditFix")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Changes text, worked or correction; what is left out stays, an empty text or correction is taken away.")
            .Accepts<FixPatch>("application/json")
            .WithMetadata(new RequestSizeLimitAttribute(FixBody.MaxBytes))
            .Produces<FixDto>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        fixes.MapDelete("/{id:long}", DeleteAsync)
            .WithName("DeleteFix")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Forgets what was recorded.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> OfIncidentAsync(
        long id, [FromServices] IFixes fixes, [FromServices] IAnalyses analyses, [FromServices] FixGuides guides, CancellationToken cancellationToken)
    {
        if (await analyses.GetAsync(id, cancellationToken) is not { } analysis)
        {
            return NoSuchIncident(id);
        }

        var recorded = await fixes.OfIncidentAsync(id, cancellationToken);
        var guidance = await guides.FindAsync(id, analysis.Result?.SignatureId, cancellationToken);
        return TypedResults.Ok(new FixesOfIncident(recorded, guidance.Proposals, guidance.Corrections));
    }

    private static async Task<IResult> AddAsync(
        long id, HttpRequest request, [FromServices] IFixes fixes, [FromServices] IAnalyses analyses, CancellationToken cancellationToken)
    {
        FixPatch typed;
        try
        {
            typed = await FixBody.ReadAsync(request, cancellationToken);
        }
        catch (InvalidFixException e)
        {
            return Problems.BadRequest(e.Message);
        }

        if (string.IsNullOrEmpty(typed.Text) && string.IsNullOrEmpty(typed.Correction))
        {
            return Problems.BadRequest("There is neither text nor correction; say what was done, or what the cause really was.");
        }

        if (await analyses.GetAsync(id, cancellationToken) is not { } analysis)
        {
            return NoSuchIncident(id);
        }

        var by = request.HttpContext.User.Identity?.Name ?? AccessIdentity.Nobody;
        var draft = new FixDraft(typed.Text ?? "", typed.Worked, typed.Correction, analysis.Result?.SignatureId, by);
        return await fixes.AddAsync(id, draft, cancellationToken) is { } added
            ? TypedResults.Json(added, statusCode: StatusCodes.Status201Created)
            : NoSuchIncident(id);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, [FromServices] IFixes fixes, CancellationToken cancellationToken)
    {
        FixQuery query;
        try
        {
            query = FixQuery.Parse(request.Query);
        }
        catch (InvalidQueryException e)
        {
            return Problems.BadRequest(e.Message);
        }

        // One more than asked for says whether there is another page.
        var (count, found) = await fixes.ListAsync(query.Signature, query.Before, query.Limit + 1, cancellationToken);
        return found.Count > query.Limit
            ? TypedResults.Ok(new FixPage(count, PageAddress(request, found[query.Limit - 1].Id), [.. found.Take(query.Limit)]))
            : TypedResults.Ok(new FixPage(count, null, found));
    }

    private static async Task<IResult> EditAsync(long id, HttpRequest request, [FromServices] IFixes fixes, CancellationToken cancellationToken)
    {
        FixPatch patch;
        try
        {
            patch = await FixBody.ReadAsync(request, cancellationToken);
        }
        catch (InvalidFixException e)
        {
            return Problems.BadRequest(e.Message);
        }

        if (patch is (null, null, null))
        {
            return Problems.BadRequest("There is nothing to change; send text, worked or correction.");
        }

        if (await fixes.GetAsync(id, cancellationToken) is not { } before)
        {
            return NoSuchFix(id);
        }

        if (string.IsNullOrEmpty(patch.Text ?? before.Text) && string.IsNullOrEmpty(patch.Correction ?? before.Correction))
        {
            return Problems.BadRequest("Neither text nor correction would be left; delete the fix instead.");
        }

        return await fixes.EditAsync(id, patch, cancellationToken) is { } edited ? TypedResults.Ok(edited) : NoSuchFix(id);
    }

    private static async Task<IResult> DeleteAsync(long id, [FromServices] IFixes fixes, CancellationToken cancellationToken) =>
        await fixes.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuchFix(id);

    private static IResult NoSuchIncident(long id) =>
        Problems.Result(StatusCodes.Status404NotFound, $"There is no incident {id}; GET /api/incidents/ lists those that there are.");

    private static IResult NoSuchFix(long id) =>
        Problems.Result(StatusCodes.Status404NotFound, $"There is no fix {id}; GET /api/fixes/ lists those that there are.");

    /// <summary>The same filter with another cursor, relative to the server's root, so that it holds behind any proxy.</summary>
    private static string PageAddress(HttpRequest request, long cursor)
    {
        var query = new QueryBuilder(request.Query.Where(p => p.Key != "cursor")) { { "cursor", cursor.ToString(CultureInfo.InvariantCulture) } };
        return $"{request.PathBase}/api/fixes/{query.ToQueryString()}";
    }

    private static OpenApiParameter Signature() => new()
    {
        Name = "signature",
        In = ParameterLocation.Query,
        Description = "Only those of incidents with this signature, as the incident has it.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter Cursor() => new()
    {
        Name = "cursor",
        In = ParameterLocation.Query,
        Description = "From the address in next: where the page before ended.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter Limit() => new()
    {
        Name = "limit",
        In = ParameterLocation.Query,
        Description = "How many at most.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{FixQuery.MaxLimit}", Default = JsonValue.Create(FixQuery.DefaultLimit) },
    };
}

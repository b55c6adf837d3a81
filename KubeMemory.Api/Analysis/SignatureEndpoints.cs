using KubeMemory.Api.Errors;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KubeMemory.Api.Analysis;

/// <summary>The failures that the rules know.</summary>
internal static class SignatureEndpoints
{
    public static IEndpointRouteBuilder MapSignatures(this IEndpointRouteBuilder app)
    {
        var signatures = app.MapGroup("/api/signatures").WithTags("analysis").RequireAuthorization(AccessPolicies.Viewer);
        signatures.MapMethods("/", Reading.Methods, List)
            .WithName("ListSignatures")
            .WithSummary("The catalogue of failures that the rules know, by area and id.")
            .Produces<SignatureList>();
        signatures.MapMethods("/{id}", Reading.Methods, Get)
            .WithName("GetSignature")
            .WithSummary("One failure that the rules know: its cause, steps and prevention, with facts of the case in braces.")
            .Produces<SignatureDetail>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static Ok<SignatureList> List() => TypedResults.Ok(new SignatureList(
        SignatureCatalogue.Version,
        SignatureCatalogue.All.Count,
        [.. SignatureCatalogue.All.OrderBy(one => one.Area).ThenBy(one => one.Id, StringComparer.Ordinal).Select(Summary)]));

    private static IResult Get(string id) => SignatureCatalogue.Find(id) is { } signature
        ? TypedResults.Ok(Detail(signature))
        : Problems.Result(StatusCodes.Status404NotFound, "There is no such failure signature; GET /api/signatures/ lists those that there are.");

    private static SignatureSummary Summary(FailureSignature signature) =>
        new(signature.Id, signature.Title, AreaOf(signature), TypesOf(signature), signature.Verdict, signature.Documentation);

    private static SignatureDetail Detail(FailureSignature signature) => new(
        signature.Id,
        signature.Title,
        AreaOf(signature),
        TypesOf(signature),
        signature.Verdict,
        signature.Documentation,
        signature.Cause.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal),
        signature.Thing,
        [.. signature.Steps.Select(step => new AnalysisStep(step.Text, step.Command, step.Changes, "rules"))],
        signature.Prevention);

    private static string AreaOf(FailureSignature signature) => $"{signature.Area}".ToLowerInvariant();

    private static string[] TypesOf(FailureSignature signature) => [.. signature.Types.Select(type => $"{type}")];
}

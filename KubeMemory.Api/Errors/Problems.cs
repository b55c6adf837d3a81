using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace KubeMemory.Api.Errors;

/// <summary>RFC 9457 problem details: the detail is one sentence that says what is wrong and what to do.</summary>
internal static class Problems
{
    public static IResult Result(int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status));

    public static IResult BadRequest(string detail) => Result(StatusCodes.Status400BadRequest, detail);

    public static async Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail };
        var wrote = await context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
        if (!wrote)
        {
            // The caller's Accept header names nothing that a problem can be written as.
            await context.Response.WriteAsync(detail, context.RequestAborted);
        }
    }
}

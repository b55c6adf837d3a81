using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;

namespace KubeMemory.Api.Errors;

internal static class ErrorExtensions
{
    private const long DefaultMaxBody = 16 * 1024;

    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context => context.ProblemDetails.Detail ??= DefaultDetail(context.HttpContext));
        services.AddExceptionHandler<KnownErrors>();
        return services;
    }

    /// <summary>Every answer of 400 and above without a body gets one.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.UseExceptionHandler().UseStatusCodePages();

    /// <summary>What a fault that comes up as an exception is answered with.</summary>
    public static int StatusOf(Exception fault) => fault switch
    {
        InvalidCursorException => StatusCodes.Status400BadRequest,
        IncidentConflictException => StatusCodes.Status409Conflict,
        EngineUnavailableException => StatusCodes.Status503ServiceUnavailable,
        BadHttpRequestException bad => bad.StatusCode,
        OperationCanceledException => StatusCodes.Status499ClientClosedRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>In bytes. While a fault is handled the endpoint stands beside it.</summary>
    private static long MaxBody(HttpContext context) =>
        (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint())?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize
        ?? DefaultMaxBody;

    private static string? DefaultDetail(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest => "The request cannot be read; see /openapi/v1.json for what this address takes.",
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}; see /openapi/v1.json for what there is.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} does not take {context.Request.Method}; it takes {context.Response.Headers.Allow}.",
        StatusCodes.Status413PayloadTooLarge => $"The body is too large; send less than {MaxBody(context) / 1024} KiB.",
        StatusCodes.Status415UnsupportedMediaType => "The body must be JSON; send it with Content-Type: application/json.",
        StatusCodes.Status500InternalServerError => "KubeMemory could not answer because of a fault of its own; its log says more, under the trace id given here.",
        _ => null,
    };

    /// <summary>Errors of the caller, and outages of an engine, that come up as exceptions.</summary>
    private sealed class KnownErrors : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            var status = StatusOf(exception);
            switch (exception)
            {
                case InvalidCursorException or IncidentConflictException:
                    await Problems.WriteAsync(httpContext, status, exception.Message);
                    return true;
                case EngineUnavailableException:
                    httpContext.Response.Headers.RetryAfter = "5";
                    await Problems.WriteAsync(httpContext, status, $"{exception.Message} Try again in a few seconds.");
                    return true;
                case BadHttpRequestException:
                    httpContext.Response.StatusCode = status;
                    await Problems.WriteAsync(httpContext, status, DefaultDetail(httpContext) ?? exception.Message);
                    return true;
                default:
                    return false;
            }
        }
    }
}

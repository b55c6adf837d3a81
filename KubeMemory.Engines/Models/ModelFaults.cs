using System.ClientModel;
using System.Net;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using OllamaSharp.Models.Exceptions;

namespace KubeMemory.Engines.Models;

/// <summary>Tells whose fault it was, whichever client of models says so.</summary>
internal static class ModelFaults
{
    /// <summary>As <see cref="EngineUnavailableException"/> or <see cref="ModelRefusedException"/>; null where it is neither's.</summary>
    public static Exception? Of(string engine, Exception exception)
    {
        switch (exception)
        {
            case EngineUnavailableException or ModelRefusedException:
                return exception;
            case HttpRequestException { StatusCode: { } status } when IsRefusal(status):
                return new ModelRefusedException(engine, exception.Message, exception);
            case HttpRequestException or IOException or JsonException:
                return new EngineUnavailableException(engine, exception);
            case ClientResultException { InnerException: { } inner }:
                return Of(engine, inner);
            case OllamaException:
                // A line of a stream that had begun well: {"error":"pull model manifest: file does not exist"}
                return new ModelRefusedException(engine, exception.Message, exception);
            default:
                return null;
        }
    }

    // Too many requests and a request that took too long are the moment's fault.
    private static bool IsRefusal(HttpStatusCode status) =>
        (int)status is >= 400 and < 500 && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);
}

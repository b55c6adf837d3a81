using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using KubeMemory.Core.Contracts;
using Polly.CircuitBreaker;

namespace KubeMemory.Engines.Models;

/// <summary>
/// Calls of a model that failed, by reason. How long calls take and how many tokens they use is measured by Microsoft.Extensions.AI under the
/// same meter: <c>gen_ai.client.operation.duration</c>, <c>gen_ai.client.token.usage</c>.
/// </summary>
internal static class ModelMetrics
{
    private static readonly Meter Meter = new(ModelsRegistration.TelemetrySource);

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "kubememory.model.errors", "{error}", "Calls of a model that failed, by reason: unavailable, timeout, left_alone (it failed several times in a row), refused, other.");

    /// <param name="port"><see cref="EnginePorts.Chat"/> or <see cref="EnginePorts.Embedding"/>.</param>
    public static async Task<T> CountAsync<T>(string port, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception fault) when (Counts(port, fault))
        {
            throw;
        }
    }

    /// <inheritdoc cref="CountAsync{T}(string, Func{Task{T}})"/>
    public static async IAsyncEnumerable<T> CountAsync<T>(string port, IAsyncEnumerable<T> answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = answer.GetAsyncEnumerator(cancellationToken);
        await using (parts.ConfigureAwait(false))
        {
            while (await CountAsync(port, () => parts.MoveNextAsync().AsTask()).ConfigureAwait(false))
            {
                yield return parts.Current;
            }
        }
    }

    /// <summary>Never catches. A call that its caller gives up says nothing about the model.</summary>
    private static bool Counts(string port, Exception fault)
    {
        if (fault is not OperationCanceledException)
        {
            Errors.Add(1, new("port", port), new("error.type", KindOf(fault)));
        }

        return false;
    }

    private static string KindOf(Exception fault) => fault switch
    {
        EngineUnavailableException { InnerException: BrokenCircuitException } => "left_alone",
        EngineUnavailableException { InnerException: TimeoutException } => "timeout",
        EngineUnavailableException => "unavailable",
        ModelRefusedException => "refused",
        _ => "other",
    };
}

using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Analysis;

/// <summary>What an engine says, or that it does not: an analysis without it is better than none.</summary>
internal static class EngineAnswer
{
    /// <param name="ask">Null where there is no such engine: nothing is missing then.</param>
    /// <param name="what">Begins the sentence: <c>Similar incidents</c>.</param>
    public static async Task<T> OfAsync<T>(Func<Task<T>>? ask, T without, string what, List<string> missing, CancellationToken cancellationToken)
    {
        if (ask is null)
        {
            return without;
        }

        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (EngineUnavailableException fault)
        {
            missing.Add($"{what} could not be looked up: {fault.Message}");
        }
        catch (ModelRefusedException fault)
        {
            missing.Add($"{what} could not be looked up: {fault.Message}");
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && fault is HttpRequestException or TimeoutException or OperationCanceledException or IOException)
        {
            missing.Add($"{what} could not be looked up: {fault.Message.TrimEnd('.')}.");
        }

        return without;
    }
}

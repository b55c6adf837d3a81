using Microsoft.Extensions.DependencyInjection;

namespace KubeMemory.Engines.Startup;

/// <summary>For a command that runs to its end: what does not answer now is said, not waited for.</summary>
public static class EnginesOnce
{
    /// <summary>Starts every engine of the container that is a server, once, in order.</summary>
    /// <exception cref="Core.Contracts.EngineUnavailableException">One does not answer.</exception>
    /// <exception cref="InvalidOperationException">One cannot be used; the message says which, and why.</exception>
    public static async Task StartEnginesAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        foreach (var engine in services.GetServices<IEngineStart>())
        {
            try
            {
                await engine.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is InvalidOperationException or NotSupportedException)
            {
                throw new InvalidOperationException($"{engine.Name} cannot be used: {fault.Message.TrimEnd('.')}.", fault);
            }
        }
    }
}

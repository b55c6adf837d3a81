namespace KubeMemory.Standalone.Hosting;

/// <summary>The command line listens to Ctrl+C, once for all hosts; none of them does so itself.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

namespace KubeMemory.Engines;

/// <summary>A bell within the process: whoever waits hears the next ring, and one that has rung since it was last waited for.</summary>
internal sealed class Wakeup(TimeProvider time)
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Take it before looking, and wait for it after having found nothing: no ring is missed between the two.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Ring() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits for the ring, or for the time.</summary>
    public async Task WaitAsync(Task ring, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await ring.WaitAsync(wait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Not an error: nothing came.
        }
    }
}

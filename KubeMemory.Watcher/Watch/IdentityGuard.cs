namespace KubeMemory.Watcher.Watch;

/// <summary>Before a list: is it still the same cluster? A version of a recreated one can lie in the future, where the server waits in silence.</summary>
internal sealed class IdentityGuard(IKubernetesReader reader, string clusterId, string fingerprint, TimeProvider time) : IDisposable
{
    /// <summary>Many informers list at the same time; one look serves all of them.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1);
    private long? _verified = time.GetTimestamp();

    /// <exception cref="ClusterChangedException">It is another one.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_verified is { } at && time.GetElapsedTime(at) < FreshFor)
            {
                return;
            }

            var now = await ClusterIdentity.FindAsync(reader, fingerprint, cancellationToken).ConfigureAwait(false);
            // kube-system may have become unreadable, or readable, since: that tells of our rights, not of another cluster.
            if (now != clusterId && now != fingerprint && clusterId != fingerprint)
            {
                throw new ClusterChangedException(clusterId, now);
            }

            _verified = time.GetTimestamp();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}

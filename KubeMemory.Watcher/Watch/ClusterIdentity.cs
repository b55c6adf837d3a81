namespace KubeMemory.Watcher.Watch;

/// <summary>
/// What tells one cluster from another, however it is reached: the UID of its namespace kube-system. Where that may not be read, a hash
/// of server and certificate authority.
/// </summary>
internal static class ClusterIdentity
{
    public const string Namespace = "kube-system";

    /// <exception cref="KubernetesException">The server cannot be reached, or does not accept the credentials.</exception>
    public static async Task<string> FindAsync(IKubernetesReader reader, string fingerprint, CancellationToken cancellationToken)
    {
        try
        {
            var found = await reader.GetAsync(KubeResources.Namespaces, null, Namespace, cancellationToken).ConfigureAwait(false);
            return found is { Metadata.Uid: { Length: > 0 } uid } ? uid : fingerprint;
        }
        catch (KubernetesException e) when (e.Status is System.Net.HttpStatusCode.Forbidden)
        {
            return fingerprint;
        }
    }
}

/// <summary>The address leads to another cluster than before: nothing known of the old one holds for it.</summary>
internal sealed class ClusterChangedException(string before, string after)
    : Exception($"The cluster {before} has been replaced by {after} at the same address.");

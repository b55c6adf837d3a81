namespace KubeMemory.Core.Streams;

/// <summary>A time-bounded right to be the only writer of a resource.</summary>
/// <param name="Fence">Grows with every change of holder; the stream refuses a batch under an older one.</param>
public sealed record Lease(string Resource, string Holder, long Fence);

/// <summary>Leases live in the stream engine, beside what they protect.</summary>
public interface ILeases
{
    /// <summary>The lease, where it is free, expired, or already the holder's (then the fence stays); null where another holds it.</summary>
    Task<Lease?> TryAcquireAsync(string resource, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>False where it is no longer the holder's.</summary>
    Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken);
}

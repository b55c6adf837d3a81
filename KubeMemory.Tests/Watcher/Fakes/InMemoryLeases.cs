using System.Collections.Concurrent;
using KubeMemory.Core.Streams;

namespace KubeMemory.Tests.Watcher.Fakes;

/// <summary>Leases without expiry: free until taken, and taken away on demand.</summary>
internal sealed class InMemoryLeases : ILeases
{
    private readonly ConcurrentDictionary<string, Lease> _held = new();
    private long _fence;

    public IReadOnlyCollection<string> Held => [.. _held.Keys];

    /// <summary>Another watcher takes it.</summary>
    public Lease Steal(string resource) => _held[resource] = new Lease(resource, "another", Interlocked.Increment(ref _fence));

    public Task<Lease?> TryAcquireAsync(string resource, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        var lease = _held.GetOrAdd(resource, r => new Lease(r, holder, Interlocked.Increment(ref _fence)));
        return Task.FromResult(lease.Holder == holder ? lease : null);
    }

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        Task.FromResult(_held.TryGetValue(lease.Resource, out var held) && held == lease);

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        _held.TryRemove(KeyValuePair.Create(lease.Resource, lease));
        return Task.CompletedTask;
    }
}

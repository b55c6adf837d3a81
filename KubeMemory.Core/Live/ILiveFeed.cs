using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Live;

/// <summary>
/// What changed, for everyone who looks: a bounded broadcast that every API replica reads. Its ids are the SSE ids.
/// </summary>
public interface ILiveFeed
{
    Task PublishAsync(LiveChange change, CancellationToken cancellationToken);

    /// <summary>The id at the feed's end as it is now: who reads after it misses nothing that is published from now on.</summary>
    Task<string> GetEndAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Entries after <paramref name="afterId"/>, then new ones as they come, until cancelled. Null starts at the end.
    /// An id that has left the feed, or was never in it, gives one entry of kind <see cref="LiveChangeKinds.Reset"/> first: the reader
    /// must read the state again.
    /// </summary>
    IAsyncEnumerable<LiveEntry> ReadAsync(string? afterId, CancellationToken cancellationToken);
}

/// <param name="Id">Opaque, ordered.</param>
public sealed record LiveEntry(string Id, LiveChange Change);

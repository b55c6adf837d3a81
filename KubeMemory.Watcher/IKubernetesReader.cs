using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Watcher;

/// <summary>
/// What KubeMemory reads of a Kubernetes API server; it never writes. One implementation speaks HTTP, an import has one over a capture.
/// Thread-safe. Every failure but cancellation is a <see cref="KubernetesException"/>.
/// </summary>
public interface IKubernetesReader
{
    /// <summary>One page of objects.</summary>
    /// <param name="ns">Null: in all namespaces, or a resource that has none.</param>
    /// <param name="limit">Objects at most; null: all at once.</param>
    /// <param name="continueToken">Of the page before; null for the first.</param>
    Task<ListPage<T>> ListAsync<T>(KubeResource<T> resource, string? ns, int? limit, string? continueToken, CancellationToken cancellationToken)
        where T : class;

    /// <summary>One object; null where there is none of that name.</summary>
    Task<T?> GetAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancellationToken)
        where T : class;

    /// <summary>Changes from <paramref name="resourceVersion"/> on; each item holds all the lines that one read brought. Ends when the server ends it.</summary>
    /// <param name="timeout">What the server is asked to end the watch after; a while later it is ended here.</param>
    IAsyncEnumerable<IReadOnlyList<WatchChange<T>>> WatchAsync<T>(
        KubeResource<T> resource, string? ns, string resourceVersion, TimeSpan timeout, CancellationToken cancellationToken)
        where T : class;

    Task<string> GetLogAsync(LogQuery query, CancellationToken cancellationToken);

    /// <summary>Whether this identity holds the right, as the API server says.</summary>
    Task<bool> CheckAccessAsync(AccessRight right, CancellationToken cancellationToken);

    Task<KubeVersion> GetVersionAsync(CancellationToken cancellationToken);
}

/// <param name="ResourceVersion">What a watch goes on from; empty where the source has none.</param>
/// <param name="Continue">Null on the last page.</param>
/// <param name="Unreadable">Objects left out because their JSON does not have the shape that Kubernetes documents.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue, int Unreadable = 0);

public enum WatchChangeKind
{
    Added,
    Modified,
    Deleted,
    Bookmark,

    /// <summary>The server ends the watch, with the reason in <see cref="WatchChange{T}.Status"/>.</summary>
    Error,

    /// <summary>Well-formed JSON that is not such an object; passed over.</summary>
    Unreadable,
}

/// <summary>One line of a watch.</summary>
public readonly record struct WatchChange<T>(WatchChangeKind Kind, T? Item, KubeStatus? Status = null)
    where T : class;

/// <param name="TailLines">1–10,000.</param>
/// <param name="LimitBytes">The server stops there, counted from the start of the tail.</param>
public sealed record LogQuery(string Namespace, string Pod, string Container, bool Previous, int TailLines = 200, int LimitBytes = 1 << 20);

/// <param name="Namespace">Null: in the whole cluster.</param>
/// <param name="Resource">Plural, with the subresource after a slash: <c>pods/log</c>.</param>
public sealed record AccessRight(string Verb, string Group, string Resource, string? Namespace)
{
    /// <summary>Like <c>get pods/log in shop</c>.</summary>
    public override string ToString() => Namespace is null ? $"{Verb} {Resource}" : $"{Verb} {Resource} in {Namespace}";
}

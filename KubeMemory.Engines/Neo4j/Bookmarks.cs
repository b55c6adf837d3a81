namespace KubeMemory.Engines.Neo4j;

/// <summary>
/// How far this process has seen the database: sent along, so that whichever server of a cluster answers has what this process wrote before.
/// An answer's bookmarks stand for those that were sent with its question. Thread-safe.
/// </summary>
internal sealed class Bookmarks
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];

    /// <summary>Those to send.</summary>
    public string[] Current
    {
        get
        {
            lock (_lock)
            {
                return [.. _seen];
            }
        }
    }

    public void Replace(IEnumerable<string> sent, IReadOnlyCollection<string> received)
    {
        if (received.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            _seen.ExceptWith(sent);
            _seen.UnionWith(received);
        }
    }

    /// <summary>A server that comes back without its data never reaches them: it would be waited for in vain.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _seen.Clear();
        }
    }
}

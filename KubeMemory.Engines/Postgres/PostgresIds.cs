namespace KubeMemory.Engines.Postgres;

/// <summary>Ids that the process has drawn from a sequence and not used yet. Thread-safe.</summary>
internal sealed class PostgresIds
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _free = [];

    /// <summary>The smallest, at most so many.</summary>
    public Queue<long> Take(int max)
    {
        lock (_lock)
        {
            var taken = new Queue<long>(_free.Take(max));
            foreach (var id in taken)
            {
                _free.Remove(id);
            }

            return taken;
        }
    }

    public void Return(IEnumerable<long> ids)
    {
        lock (_lock)
        {
            _free.UnionWith(ids);
        }
    }
}

/// <summary>The rules want more ids than were set aside: the change is to be run again with more.</summary>
internal sealed class IdsUsedUpException : Exception;

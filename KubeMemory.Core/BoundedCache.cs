using System.Collections.Concurrent;

namespace KubeMemory.Core;

/// <summary>
/// A memo of bounded size in two generations: when the young one is full it becomes the old one, and what is asked for again moves
/// back. So what is in use stays and what is not goes, without a clock or a list on the hot path. Thread-safe; holds at most twice
/// <paramref name="generation"/> entries and, while threads race, a few more.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int generation)
    where TKey : notnull
{
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();
    private int _count;

    public bool TryGet(TKey key, out TValue value)
    {
        if (_young.TryGetValue(key, out value!))
        {
            return true;
        }

        if (!_old.TryGetValue(key, out value!))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        if (_young.TryAdd(key, value))
        {
            if (Interlocked.Increment(ref _count) >= generation)
            {
                Turn();
            }
        }
        else
        {
            _young[key] = value;
        }
    }

    public void Clear()
    {
        lock (_turn)
        {
            _old = new();
            _young = new();
            _count = 0;
        }
    }

    private void Turn()
    {
        lock (_turn)
        {
            if (_count >= generation)
            {
                _old = _young;
                _young = new();
                _count = 0;
            }
        }
    }
}

using KubeMemory.Watcher;
using KubeMemory.Watcher.Informers;

namespace KubeMemory.Tests.Watcher.Fakes;

/// <summary>What an informer told, in words: <c>list:a,b</c>, <c>Added:c</c>.</summary>
internal sealed class RecordingSink<T>(KubeResource<T> resource) : IInformerSink<T>
    where T : class
{
    private readonly Lock _gate = new();
    private readonly List<string> _told = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_gate)
            {
                return [.. _told];
            }
        }
    }

    public int Lists => Told.Count(t => t.StartsWith("list:", StringComparison.Ordinal));

    public async Task ListedAsync(IAsyncEnumerable<ListPage<T>> pages, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            names.AddRange(page.Items.Select(i => resource.Meta(i).Name));
        }

        Tell(["list:" + string.Join(',', names)]);
    }

    public Task ChangedAsync(IReadOnlyList<WatchChange<T>> changes, string resourceVersion, CancellationToken cancellationToken)
    {
        Tell(changes.Select(c => $"{c.Kind}:{resource.Meta(c.Item!).Name}"));
        return Task.CompletedTask;
    }

    public async Task WaitAsync(Func<RecordingSink<T>, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (condition(this))
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Tell(IEnumerable<string> what)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _told.AddRange(what);
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}

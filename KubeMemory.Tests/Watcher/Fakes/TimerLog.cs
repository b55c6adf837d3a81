using Microsoft.Extensions.Time.Testing;

namespace KubeMemory.Tests.Watcher.Fakes;

/// <summary>A clock that stands still until it is advanced, and tells which waits have begun, so that a test advances past one that is there.</summary>
internal sealed class TimerLog : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<(TimeSpan Due, bool Taken)> _timers = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimerLog()
        : base(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        TaskCompletionSource added;
        lock (_gate)
        {
            _timers.Add((dueTime, false));
            (added, _added) = (_added, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        added.SetResult();
        return timer;
    }

    /// <summary>The first wait not yet taken that fits; waits for one to begin.</summary>
    public async Task<TimeSpan> TakeAsync(Func<TimeSpan, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task added;
            lock (_gate)
            {
                var index = _timers.FindIndex(t => !t.Taken && fits(t.Due));
                if (index >= 0)
                {
                    _timers[index] = (_timers[index].Due, true);
                    return _timers[index].Due;
                }

                added = _added.Task;
            }

            await added.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets the next wait that fits pass.</summary>
    public async Task<TimeSpan> PassAsync(Func<TimeSpan, bool> fits, CancellationToken cancellationToken)
    {
        var due = await TakeAsync(fits, cancellationToken);
        Advance(due);
        return due;
    }
}

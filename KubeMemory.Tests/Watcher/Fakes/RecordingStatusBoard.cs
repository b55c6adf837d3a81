using KubeMemory.Core.Clusters;

namespace KubeMemory.Tests.Watcher.Fakes;

internal sealed class RecordingStatusBoard : IWatchStatusBoard
{
    private readonly Lock _gate = new();
    private readonly List<WatchStatus> _reports = [];
    private TaskCompletionSource _reported = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<WatchStatus> Reports
    {
        get
        {
            lock (_gate)
            {
                return [.. _reports];
            }
        }
    }

    public Task ReportAsync(WatchStatus status, CancellationToken cancellationToken)
    {
        TaskCompletionSource reported;
        lock (_gate)
        {
            _reports.Add(status);
            (reported, _reported) = (_reported, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        reported.SetResult();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<WatchStatus>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(Reports);

    /// <summary>The first report that fits, past ones included.</summary>
    public async Task<WatchStatus> WaitAsync(Func<WatchStatus, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task reported;
            lock (_gate)
            {
                if (_reports.Find(r => fits(r)) is { } found)
                {
                    return found;
                }

                reported = _reported.Task;
            }

            await reported.WaitAsync(cancellationToken);
        }
    }
}

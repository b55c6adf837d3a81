using KubeMemory.Core.Contracts;
using KubeMemory.Web.Api;
using KubeMemory.Web.Live;
using Microsoft.Extensions.Options;

namespace KubeMemory.Web.Status;

/// <param name="Status">As last read; null until the API has answered once.</param>
/// <param name="ReadAt">When that was.</param>
/// <param name="Error">Why the last reading failed, in plain words; null while all is well.</param>
public sealed record StatusSnapshot(SystemStatus? Status, DateTimeOffset? ReadAt, string? Error)
{
    public static StatusSnapshot None { get; } = new(null, null, null);
}

/// <summary>
/// Reads <c>/api/status</c> for all circuits of this process together, and only while somebody looks: at an interval, and soon after a
/// live change. Thread-safe.
/// </summary>
internal sealed partial class StatusFeed(
    IServiceProvider services,
    IOptions<DashboardOptions> options,
    LiveBroadcast broadcast,
    TimeProvider time,
    ILogger<StatusFeed> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _watchers = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile StatusSnapshot _current = StatusSnapshot.None;
    private Action? _changed;

    /// <summary>Raised on any thread after <see cref="Current"/> has changed.</summary>
    public event Action? Changed
    {
        add
        {
            lock (_watchers)
            {
                _changed += value;
            }
        }

        remove
        {
            lock (_watchers)
            {
                _changed -= value;
            }
        }
    }

    public StatusSnapshot Current => _current;

    /// <summary>The status, read now unless it was read within the interval. Never throws for a failing API: the snapshot says it.</summary>
    public async Task<StatusSnapshot> GetAsync(CancellationToken cancellationToken)
    {
        if (_current.Error is not null || _current.ReadAt is not { } readAt || time.GetUtcNow() - readAt > options.Value.StatusInterval)
        {
            await ReadAsync(cancellationToken);
        }

        return _current;
    }

    /// <summary>Reads again now, for a reader who asked to try again.</summary>
    public Task RetryAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(PollAsync(stoppingToken), FollowAsync(stoppingToken));

    private async Task PollAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.StatusInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReadIfWatchedAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        using var subscription = broadcast.Subscribe();
        try
        {
            await foreach (var _ in subscription.ReadAsync(Pace, time, stoppingToken))
            {
                await ReadIfWatchedAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private Task ReadIfWatchedAsync(CancellationToken cancellationToken) =>
        _changed is null ? Task.CompletedTask : ReadAsync(cancellationToken);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var before = _current;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            // Somebody else has read it while this caller waited.
            if (!ReferenceEquals(before, _current))
            {
                return;
            }

            _current = await ReadOnceAsync(before, cancellationToken);
        }
        finally
        {
            _reading.Release();
        }

        _changed?.Invoke();
    }

    private async Task<StatusSnapshot> ReadOnceAsync(StatusSnapshot before, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = services.CreateAsyncScope();
            var status = await scope.ServiceProvider.GetRequiredService<IncidentApi>().StatusAsync(cancellationToken);
            return new(status, time.GetUtcNow(), null);
        }
        catch (ApiFailureException e)
        {
            if (before.Error is null)
            {
                Log.Failed(logger, e.Message);
            }

            return before with { Error = e.Message };
        }
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Warning, "The status cannot be read: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}

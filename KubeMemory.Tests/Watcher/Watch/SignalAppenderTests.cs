using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Tests.Watcher.Fakes;
using KubeMemory.Watcher.Watch;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Watcher.Watch;

public sealed class SignalAppenderTests : IAsyncDisposable
{
    private static readonly Lease Lease = new("watch/c", "me", 3);

    private readonly TimerLog _time = new();
    private readonly InMemorySignalStream _stream = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly SignalAppender _appender;
    private Task _running = Task.CompletedTask;

    public SignalAppenderTests()
    {
        _stop.CancelAfter(TimeSpan.FromSeconds(30));
        _appender = new SignalAppender(_stream, "c", "prod", Lease, _time, new Random(1), NullLogger.Instance);
    }

    [Fact]
    public async Task Write_FewSignals_AreAppendedTogetherAfterFiftyMilliseconds()
    {
        await WriteAsync("a", "1", Failure("x", 1));
        await WriteAsync("a", "2", Failure("y", 1));
        _running = _appender.RunAsync(_stop.Token);

        await _time.TakeAsync(d => d == SignalAppender.FlushAfter, _stop.Token);
        Assert.Empty(_stream.Batches);
        _time.Advance(SignalAppender.FlushAfter);

        await _stream.WaitAsync(s => s.Batches.Count == 1, _stop.Token);
        Assert.Equal(["x", "y"], _stream.Of<FailureSignal>().Select(f => f.SeriesKey));
        Assert.Equal("2", _stream.Batches[0].Checkpoint!.ResourceVersion);
        Assert.Equal(Lease, _stream.Batches[0].Lease);
    }

    [Fact]
    public async Task OldestUncommitted_IsOfTheFirstThatWaits_UntilAllIsCommitted()
    {
        Assert.Null(_appender.OldestUncommitted);
        var arrived = _time.GetUtcNow();
        await WriteAsync("a", "1", Failure("x", 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync("a", "2", Failure("y", 1));
        Assert.Equal(arrived, _appender.OldestUncommitted);

        _running = _appender.RunAsync(_stop.Token);
        await _time.TakeAsync(d => d == SignalAppender.FlushAfter, _stop.Token);
        Assert.Equal(arrived, _appender.OldestUncommitted);
        _time.Advance(SignalAppender.FlushAfter);

        // Its next wait begins after the commit.
        await WriteAsync("a", "3", Failure("z", 1));
        await _time.TakeAsync(d => d == SignalAppender.FlushAfter, _stop.Token);
        Assert.Equal(arrived + TimeSpan.FromSeconds(1) + SignalAppender.FlushAfter, _appender.OldestUncommitted);
    }

    [Fact]
    public async Task Run_IsStoppedWhileABatchGathers_Ends()
    {
        await WriteAsync("a", "1", Failure("x", 1));
        _running = Task.Run(() => _appender.RunAsync(_stop.Token), TestContext.Current.CancellationToken);
        await _time.TakeAsync(d => d == SignalAppender.FlushAfter, _stop.Token);

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Write_SeveralVersionsOfOneSeries_AppendsTheLastAndCountsTheRest()
    {
        await WriteAsync("a", "1", Failure("x", 1), Failure("y", 1), Failure("x", 2), Failure("x", 7));
        _running = _appender.RunAsync(_stop.Token);
        await _time.PassAsync(d => d == SignalAppender.FlushAfter, _stop.Token);

        await _stream.WaitAsync(s => s.Batches.Count == 1, _stop.Token);
        Assert.Equal([("y", 1L), ("x", 7L)], _stream.Of<FailureSignal>().Select(f => (f.SeriesKey, f.Occurrences)));
        Assert.Equal((4, 2), (_stream.Gate(Gates.Received), _stream.Gate(Gates.Deduplicated)));
    }

    [Fact]
    public async Task Write_SeveralScopes_CommitsTheCheckpointOfEach()
    {
        await WriteAsync("a", "1", Failure("x", 1));
        await WriteAsync("b", "9", Failure("y", 1));
        _running = _appender.RunAsync(_stop.Token);
        await _time.PassAsync(d => d == SignalAppender.FlushAfter, _stop.Token);

        await _stream.WaitAsync(s => s.Batches.Count == 2, _stop.Token);
        Assert.Equal([("a", "1"), ("b", "9")], _stream.Batches.Select(b => (b.Checkpoint!.Scope, b.Checkpoint.ResourceVersion)));
        Assert.Equal([2, 0], _stream.Batches.Select(b => b.Payloads.Count));
    }

    [Fact]
    public async Task Write_StoreIsDown_HoldsTheWatchBackInsteadOfDropping()
    {
        var down = new TaskCompletionSource();
        _stream.BeforeAppend = _ => down.Task;
        _running = _appender.RunAsync(_stop.Token);
        var writes = Enumerable.Range(0, 40).Select(i => WriteAsync("a", "1", [.. Enumerable.Range(0, 1000).Select(n => (Signal)Failure($"{i}-{n}", 1))])).ToList();

        Assert.Contains(writes, w => !w.IsCompleted);
        down.SetResult();

        await Task.WhenAll(writes).WaitAsync(_stop.Token);
        await _stream.WaitAsync(s => s.Signals.Count == 40_000, _stop.Token);
    }

    [Fact]
    public async Task Write_FenceIsStale_Ends()
    {
        _stream.BeforeAppend = static b => throw new StaleFenceException(b.Lease!.Resource, b.Lease.Fence);
        await WriteAsync("a", "1", [.. Enumerable.Range(0, 1000).Select(n => (Signal)Failure($"{n}", 1))]);

        await Assert.ThrowsAsync<StaleFenceException>(() => _appender.RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WriteAsync(string scope, string version, params Signal[] signals) =>
        await _appender.WriteAsync(new SignalBatch(scope, version, _time.GetUtcNow(), signals, signals.Length, 0), _stop.Token);

    private static FailureSignal Failure(string key, long occurrences) => new()
    {
        ClusterId = "c",
        Source = SignalSource.Event,
        SeriesKey = key,
        Namespace = "shop",
        SubjectKind = "Pod",
        SubjectName = "web-1",
        WorkloadKind = "Deployment",
        WorkloadName = "web",
        Type = IncidentType.CrashLoopBackOff,
        Reason = "BackOff",
        Message = "m",
        Description = "d",
        Signature = "s",
        Occurrences = occurrences,
        FirstSeen = default,
        LastSeen = default,
    };
}

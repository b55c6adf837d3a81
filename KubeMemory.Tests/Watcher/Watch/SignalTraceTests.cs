using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Tests.Core.Tracing;
using KubeMemory.Tests.Watcher.Fakes;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Watch;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Watcher.Watch;

/// <summary>What begins a trace in the watcher, and in which trace a signal goes on.</summary>
public sealed class SignalTraceTests : IAsyncDisposable
{
    private readonly TimerLog _time = new();
    private readonly InMemorySignalStream _stream = new();
    private readonly SpanRecorder _recorder = new(WatcherMetrics.Name);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly SignalAppender _appender;
    private readonly string _cluster = Guid.NewGuid().ToString();
    private Task _running = Task.CompletedTask;

    public SignalTraceTests()
    {
        _stop.CancelAfter(TimeSpan.FromSeconds(60));
        _appender = new SignalAppender(_stream, _cluster, "prod", new Lease("watch/c", "me", 3), _time, new Random(1), NullLogger.Instance);
    }

    [Fact]
    public async Task Write_FirstOccurrence_GoesOnInTheTraceOfItsReceipt()
    {
        var envelope = Assert.Single(await AppendAsync(Failure("web", "x", 1)));

        var trace = _recorder.OfTrace(envelope.TraceParent!);
        Assert.Equal(["receive event", "append signals"], trace.Select(span => span.DisplayName));
        Assert.Equal((null, trace[0].Id, envelope.TraceParent), (trace[0].ParentId, trace[1].ParentId, trace[1].Id));
        Assert.Equal("Deployment/web", trace[0].GetTagItem("kubememory.workload"));
    }

    [Fact]
    public async Task Write_TwoFirstOccurrencesInOneBatch_GoOnInTracesOfTheirOwn()
    {
        var envelopes = await AppendAsync(Failure("web", "x", 1), Failure("cart", "y", 1));

        var traces = envelopes.Select(envelope => _recorder.OfTrace(envelope.TraceParent!)).ToList();
        Assert.All(traces, trace => Assert.Equal(["receive event", "append signals"], trace.Select(span => span.DisplayName).Order().Reverse()));
        Assert.NotEqual(traces[0][0].TraceId, traces[1][0].TraceId);
        var batch = Assert.Single(_recorder.Ended, span => span.GetTagItem("kubememory.batch.size") is 2 && Equals(span.GetTagItem("kubememory.cluster.id"), _cluster));
        Assert.Equal((null, 2), (batch.ParentId, batch.Links.Count()));
        Assert.All(traces, trace => Assert.Contains(trace, span => span.Links.Any(link => link.Context.SpanId == batch.SpanId)));
    }

    [Fact]
    public async Task Write_FirstOccurrenceSupersededInItsBatch_GoesOnWithTheVersionThatStays()
    {
        var envelope = Assert.Single(await AppendAsync(Failure("web", "x", 1), Failure("web", "x", 2)));

        Assert.Equal(2, ((FailureSignal)envelope.Signal).Occurrences);
        Assert.Contains(_recorder.OfTrace(envelope.TraceParent!), span => span.DisplayName == "receive event");
    }

    [Fact]
    public async Task Write_Repetition_BelongsToItsBatchAlone_UntilTheProblemHasBeenQuiet()
    {
        await AppendAsync(Failure("web", "x", 1));
        var repeated = Assert.Single(await AppendAsync(Failure("web", "x", 2)));
        Assert.Equal(["append signals"], _recorder.OfTrace(repeated.TraceParent!).Select(span => span.DisplayName));

        _time.Advance(FirstSights.Quiet);
        var again = Assert.Single(await AppendAsync(Failure("web", "x", 3)));
        Assert.Equal(["receive event", "append signals"], _recorder.OfTrace(again.TraceParent!).Select(span => span.DisplayName));
    }

    [Fact]
    public async Task Write_History_BeginsNoTraces()
    {
        var envelopes = await AppendAsync([.. Enumerable.Range(0, 50).Select(n => Failure($"w{n}", $"s{n}", 1) with { History = true })]);

        Assert.Equal(["append signals"], _recorder.OfTrace(Assert.Single(envelopes.Select(envelope => envelope.TraceParent).Distinct())!).Select(span => span.DisplayName));
    }

    [Fact]
    public async Task Write_ManyFirstOccurrencesInOneRead_BeginNoMoreThanItsBound()
    {
        var envelopes = await AppendAsync([.. Enumerable.Range(0, 500).Select(n => Failure($"w{n}", $"s{n}", 1))]);

        Assert.Equal(FirstSights.PerRead, _recorder.Ended.Count(span => span.DisplayName == "receive event" && Equals(span.GetTagItem("kubememory.cluster.id"), _cluster)));
        Assert.Equal(500, envelopes.Count);
        Assert.All(envelopes, envelope => Assert.NotNull(envelope.TraceParent));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _recorder.Dispose();
    }

    /// <summary>One read, and what of it has come to the stream once its spans have ended.</summary>
    private async Task<IReadOnlyList<SignalEnvelope>> AppendAsync(params Signal[] signals)
    {
        var before = _stream.Signals.Count;
        var committed = new TaskCompletionSource();
        await _appender.WriteAsync(new SignalBatch("a", "1", _time.GetUtcNow(), signals, signals.Length, 0) { Committed = committed }, _stop.Token);
        if (_running.IsCompleted)
        {
            _running = _appender.RunAsync(_stop.Token);
        }

        await _time.TakeAsync(d => d == SignalAppender.FlushAfter, _stop.Token);
        _time.Advance(SignalAppender.FlushAfter);
        await committed.Task.WaitAsync(_stop.Token);
        // The batch's span ends right after.
        while (!_recorder.Ended.Any(span => span.DisplayName == "append signals" && Equals(span.Id, _stream.Signals[^1].TraceParent)))
        {
            await Task.Yield();
            _stop.Token.ThrowIfCancellationRequested();
        }

        return [.. _stream.Signals.Skip(before)];
    }

    private FailureSignal Failure(string workload, string series, long occurrences) => new()
    {
        ClusterId = _cluster,
        Source = SignalSource.Event,
        SeriesKey = series,
        Namespace = "shop",
        SubjectKind = "Pod",
        SubjectName = workload + "-1",
        WorkloadKind = "Deployment",
        WorkloadName = workload,
        Type = IncidentType.CrashLoopBackOff,
        Reason = "BackOff",
        Message = "m",
        Description = "d",
        Signature = "s",
        Occurrences = occurrences,
        FirstSeen = _time.GetUtcNow(),
        LastSeen = _time.GetUtcNow(),
    };
}

using System.Globalization;
using System.Runtime.CompilerServices;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace KubeMemory.Engines.Models;

/// <summary>
/// The one way to an endpoint for all of its models: a limit of time for every call, and one circuit breaker, for what one model finds out
/// (it is down) holds for the others. A refusal is an answer: it closes the circuit. A call that its caller gives up says nothing about the
/// endpoint; it starts the count of faults again.
/// </summary>
internal sealed partial class ModelEndpoint
{
    // The window in which Polly counts. Whatever succeeds empties it (see SucceededAsync), so that all faults in it are in a row; it only
    // has to hold as many timeouts as the limit asks for, and this is the longest that Polly takes.
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    private readonly ResiliencePipeline _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _break;
    private readonly ILogger _logger;
    private Opened? _opened;

    public ModelEndpoint(string engine, ModelOptions options, TimeProvider time, ILogger<ModelEndpoint> logger)
    {
        Engine = engine;
        _time = time;
        _break = options.BreakDuration;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new()
            {
                FailureRatio = 1,
                MinimumThroughput = options.BreakAfterFaults,
                SamplingDuration = Window,
                BreakDuration = options.BreakDuration,
                StateProvider = _state,
                ManualControl = _control,
                // A trial that was given up has not shown that the endpoint is well.
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is EngineUnavailableException
                    || (args.Outcome.Exception is OperationCanceledException && _state.CircuitState == CircuitState.HalfOpen)),
                OnOpened = OnOpened,
                OnClosed = OnClosed,
            })
            .Build();
    }

    /// <summary>For people: <c>Ollama at localhost:11434</c>.</summary>
    public string Engine { get; }

    public CircuitState State => _state.CircuitState;

    /// <summary>One call within the time, and through the breaker.</summary>
    /// <exception cref="EngineUnavailableException">It does not answer, did not in time, or is left alone.</exception>
    /// <exception cref="ModelRefusedException">It answers, and refuses.</exception>
    public async Task<T> RunAsync<T>(TimeSpan timeout, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        return await ThroughBreakerAsync(() => WithinAsync(timeout, call, linked.Token, timer.Token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One call within the time and past the breaker, to see for oneself.</summary>
    public async Task<T> AskAsync<T>(TimeSpan timeout, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        return await WithinAsync(timeout, call, linked.Token, timer.Token).ConfigureAwait(false);
    }

    /// <summary>A stream; the time is for all of it, and to the breaker all of it is one call. A reader that has enough of it was answered.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        TimeSpan timeout, Func<CancellationToken, IAsyncEnumerable<T>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var passage = await EnterAsync(end.Task).ConfigureAwait(false);
        var items = call(linked.Token).GetAsyncEnumerator(linked.Token);
        try
        {
            while (await WithinAsync(timeout, NextAsync, linked.Token, timer.Token, end).ConfigureAwait(false))
            {
                yield return items.Current;
            }
        }
        finally
        {
            await items.DisposeAsync().ConfigureAwait(false);
            end.TrySetResult(true);
            // What it threw has been thrown at the reader.
            await ((Task)passage).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<bool> NextAsync(CancellationToken token) => items.MoveNextAsync().AsTask();
    }

    /// <summary>A stream past the breaker that may take as long as it likes, but between two items no longer than so.</summary>
    public async IAsyncEnumerable<T> FollowAsync<T>(
        TimeSpan silence, Func<CancellationToken, IAsyncEnumerable<T>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(silence, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var items = call(linked.Token).GetAsyncEnumerator(linked.Token);
        await using (items.ConfigureAwait(false))
        {
            while (await WithinAsync(silence, _ => items.MoveNextAsync().AsTask(), linked.Token, timer.Token).ConfigureAwait(false))
            {
                timer.CancelAfter(silence);
                yield return items.Current;
            }
        }
    }

    private async Task<T> ThroughBreakerAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _pipeline.ExecuteAsync(async _ => await call().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            await _control.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        }
        catch (BrokenCircuitException e)
        {
            throw LeftAlone(e);
        }
        catch (Exception e) when (e is ModelRefusedException or OperationCanceledException && State == CircuitState.Closed)
        {
            await _control.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets a call pass whose end is told later; the task ends when the breaker has heard it.</summary>
    private async Task<Task<bool>> EnterAsync(Task<bool> end)
    {
        var admitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var passage = ThroughBreakerAsync(
            () =>
            {
                admitted.SetResult();
                return end;
            },
            CancellationToken.None);
        await Task.WhenAny(admitted.Task, passage).ConfigureAwait(false);
        if (!admitted.Task.IsCompleted)
        {
            await passage.ConfigureAwait(false);
        }

        return passage;
    }

    private async Task<bool> WithinAsync(
        TimeSpan timeout, Func<CancellationToken, Task<bool>> next, CancellationToken both, CancellationToken timer, TaskCompletionSource<bool> end)
    {
        try
        {
            return await WithinAsync(timeout, next, both, timer).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            end.TrySetException(e);
            throw;
        }
    }

    private async Task<T> WithinAsync<T>(TimeSpan timeout, Func<CancellationToken, Task<T>> call, CancellationToken both, CancellationToken timer)
    {
        // Flows into the handler below, and is gone when this method returns.
        ModelHttpHandler.Deadline = both;
        try
        {
            return await call(both).ConfigureAwait(false);
        }
        catch (Exception e) when (both.IsCancellationRequested && (e is OperationCanceledException or IOException or HttpRequestException))
        {
            if (!timer.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e, both);
            }

            var limit = string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} seconds");
            throw new EngineUnavailableException(Engine, new TimeoutException(limit, e));
        }
        catch (Exception e) when (ModelFaults.Of(Engine, e) is { } fault && fault != e)
        {
            throw fault;
        }
    }

    private EngineUnavailableException LeftAlone(BrokenCircuitException rejected)
    {
        var opened = Volatile.Read(ref _opened);
        var until = (opened?.At ?? _time.GetUtcNow()) + _break;
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"it failed several times in a row and is left alone until {until:HH:mm:ss} UTC; the last time: {opened?.Reason ?? "unknown"}");
        return new EngineUnavailableException(Engine, new BrokenCircuitException(reason, rejected));
    }

    private ValueTask OnOpened(OnCircuitOpenedArguments<object> args)
    {
        var reason = (args.Outcome.Exception?.InnerException ?? args.Outcome.Exception)?.Message ?? "";
        Volatile.Write(ref _opened, new(_time.GetUtcNow(), reason));
        Log.Opened(_logger, Engine, args.BreakDuration, reason);
        return ValueTask.CompletedTask;
    }

    private ValueTask OnClosed(OnCircuitClosedArguments<object> args)
    {
        Log.Closed(_logger, Engine);
        return ValueTask.CompletedTask;
    }

    private sealed record Opened(DateTimeOffset At, string Reason);

    private static partial class Log
    {
        [LoggerMessage(2501, LogLevel.Warning, "{Engine} fails and is left alone for {Pause}: {Reason}")]
        public static partial void Opened(ILogger logger, string engine, TimeSpan pause, string reason);

        [LoggerMessage(2502, LogLevel.Information, "{Engine} answers again")]
        public static partial void Closed(ILogger logger, string engine);
    }
}

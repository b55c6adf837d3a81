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

    /// <summary>A stream; the time is for all of it. Its first item closes a circuit that was open, a fault at any item counts.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        TimeSpan timeout, Func<CancellationToken, IAsyncEnumerable<T>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var items = call(linked.Token).GetAsyncEnumerator(linked.Token);
        await using (items.ConfigureAwait(false))
        {
            Task<bool> NextAsync() => WithinAsync(timeout, _ => items.MoveNextAsync().AsTask(), linked.Token, timer.Token);
            var more = await ThroughBreakerAsync(NextAsync, cancellationToken).ConfigureAwait(false);
            while (more)
            {
                yield return items.Current;
                more = await CountedAsync(NextAsync).ConfigureAwait(false);
            }
        }
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

    // The breaker has let this stream pass; it only has to hear how it went on.
    private async Task<bool> CountedAsync(Func<Task<bool>> next)
    {
        try
        {
            return await next().ConfigureAwait(false);
        }
        catch (EngineUnavailableException e)
        {
            var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
            await _pipeline.ExecuteOutcomeAsync((_, fault) => Outcome.FromExceptionAsValueTask<bool>(fault), context, e).ConfigureAwait(false);
            ResilienceContextPool.Shared.Return(context);
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

using System.Threading.Channels;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Startup;
using KubeMemory.Tests.Watcher.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Engines.Startup;

public sealed class EnginesStartupTests
{
    private readonly PauseTime _time = new();
    private readonly EnginesReady _ready = new();
    private readonly LineLog _log = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EngineIsOut_IsSaidOnceAndThenEveryThirtySeconds()
    {
        var postgres = new FakeEngine("PostgreSQL at db:5432") { Fault = Refused };
        using var startup = await StartAsync(postgres);
        await _time.PausingAsync();
        Assert.Equal(["Waiting for PostgreSQL at db:5432: Connection refused."], _log.Lines);
        Assert.Equal("Waiting for PostgreSQL at db:5432: Connection refused.", _ready.WaitingFor);

        await PauseAsync(9);
        Assert.Single(_log.Lines);
        await PauseAsync();
        Assert.Equal(2, _log.Lines.Count);
        await startup.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Start_AnotherReason_IsSaidAtOnce()
    {
        var postgres = new FakeEngine("PostgreSQL at db:5432") { Fault = Refused };
        using var startup = await StartAsync(postgres);
        await _time.PausingAsync();

        postgres.Fault = new InvalidOperationException("there is no database \"kubememory\" there");
        await PauseAsync();
        // There and back again is no news.
        postgres.Fault = Refused;
        await PauseAsync();

        Assert.Equal(["Waiting for PostgreSQL at db:5432: Connection refused.", "Waiting for PostgreSQL at db:5432: there is no database \"kubememory\" there."], _log.Lines);
        await startup.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Start_EngineComes_GoesOnToTheNext_AndIsReadyAfterTheLast()
    {
        var postgres = new FakeEngine("PostgreSQL at db:5432") { Fault = Refused };
        var redis = new FakeEngine("Redis at cache:6379") { Fault = Refused };
        using var startup = await StartAsync(postgres, redis);
        await _time.PausingAsync();
        Assert.Equal(0, redis.Asked);

        postgres.Fault = null;
        await PauseAsync();
        Assert.Equal("Waiting for Redis at cache:6379: Connection refused.", _ready.WaitingFor);
        Assert.False(_ready.IsReady);

        redis.Fault = null;
        _time.Advance(TimeSpan.FromSeconds(3));
        await _ready.WaitAsync(Cancelled);
        Assert.Null(_ready.WaitingFor);
        Assert.Equal("Redis at cache:6379 answers", _log.Lines.Last());
    }

    [Fact]
    public async Task Stop_WhileWaiting_EndsAtOnce_AndNobodyIsLetThrough()
    {
        var postgres = new FakeEngine("PostgreSQL at db:5432") { Fault = Refused };
        using var startup = await StartAsync(postgres);
        await _time.PausingAsync();

        await startup.StopAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(5), Cancelled);

        Assert.False(_ready.IsReady);
        Assert.True(startup.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public void Start_WithoutServers_IsReadyBeforeAnybodyAsks()
    {
        using var startup = new EnginesStartup([], _ready, _time, new Typed(_log));
        Assert.True(_ready.IsReady);
    }

    private static EngineUnavailableException Refused => new("PostgreSQL at db:5432", new IOException("Connection refused"));

    private async Task<EnginesStartup> StartAsync(params IEngineStart[] engines)
    {
        var startup = new EnginesStartup(engines, _ready, _time, new Typed(_log));
        await startup.StartAsync(Cancelled);
        return startup;
    }

    /// <summary>Lets so many of the longest pauses pass, one attempt each.</summary>
    private async Task PauseAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            await _time.PausingAsync();
        }
    }

    /// <summary>Says when the next pause has begun, after which nothing happens until time passes.</summary>
    private sealed class PauseTime : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _pauses.Writer.TryWrite(dueTime);
            return timer;
        }

        public async Task PausingAsync() => await _pauses.Reader.ReadAsync(Cancelled);
    }

    private sealed class FakeEngine(string name) : IEngineStart
    {
        public string Name => name;

        public Exception? Fault { get; set; }

        public int Asked { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return Fault is { } fault ? Task.FromException(fault) : Task.CompletedTask;
        }
    }

    private sealed class Typed(ILogger inner) : ILogger<EnginesStartup>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}

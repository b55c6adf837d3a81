using System.Diagnostics.Metrics;
using System.Threading.Channels;
using KubeMemory.Engines.Startup;
using KubeMemory.Engines.Telemetry;
using KubeMemory.Tests.Watcher.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Engines.Telemetry;

/// <summary>Engines are asked in the background, while somebody collects; what cannot be read is absent.</summary>
public sealed class MetricsSamplerTests : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly PauseTime _time = new();
    private readonly LineLog _log = new();
    private readonly EnginesReady _ready = new();
    private readonly MetricsDemand _demand;
    private readonly Depth _depth;
    private readonly MetricsSampler _sampler;

    public MetricsSamplerTests()
    {
        var options = new MetricsOptions();
        _demand = new MetricsDemand(_time);
        _depth = new Depth(_demand, options, _time);
        _sampler = new MetricsSampler([_depth], _demand, options, _time, new Typed(_log), _ready);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NobodyCollects_NothingIsAsked()
    {
        _ready.Set();
        await _sampler.StartAsync(Cancelled);

        await _sampler.StopAsync(Cancelled);

        Assert.Equal(0, _depth.Asked);
    }

    [Fact]
    public async Task SomebodyCollects_IsReadEveryFifteenSeconds_UntilNobodyDoes()
    {
        await StartAsync();
        Assert.Equal([7], _depth.Collect());

        _depth.Value = 8;
        await PassAsync(Every);
        Assert.Equal([8], _depth.Collect());

        // For three minutes after the last time; then a reading grows old, and is no longer there.
        await PassAsync(Every, times: 11);
        var asked = _depth.Asked;
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(13, asked);
        Assert.Empty(_depth.Collect());
        await _time.PausingAsync(Every);
        Assert.Equal([8], _depth.Collect());
    }

    [Fact]
    public async Task EngineOut_ItsGaugesAreAbsent_SaidOnce()
    {
        await StartAsync();
        _depth.Fault = new InvalidOperationException("Redis at cache:6379 does not answer.");

        await PassAsync(Every, times: 3);
        Assert.Empty(_depth.Collect());
        Assert.Equal(["There are no metrics of the depth for now: Redis at cache:6379 does not answer."], _log.Lines);

        _depth.Fault = null;
        await PassAsync(Every);
        Assert.Equal([7], _depth.Collect());
        Assert.Equal("The metrics of the depth are back", _log.Lines.Last());
    }

    [Fact]
    public async Task BeforeTheEnginesAreReady_NothingIsAskedOfThem()
    {
        await _sampler.StartAsync(Cancelled);
        _depth.Collect();
        await _time.PausingAsync(Every);
        Assert.Equal(0, _depth.Asked);

        _ready.Set();
        await PassAsync(Every);
        Assert.Equal([7], _depth.Collect());
    }

    public async ValueTask DisposeAsync()
    {
        await _sampler.StopAsync(CancellationToken.None);
        _sampler.Dispose();
        _depth.Dispose();
    }

    /// <summary>Running, collected from once, and read once.</summary>
    private async Task StartAsync()
    {
        _ready.Set();
        await _sampler.StartAsync(Cancelled);
        Assert.Empty(_depth.Collect());
        await _time.PausingAsync(Every);
    }

    private async Task PassAsync(TimeSpan time, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _time.Advance(time);
            await _time.PausingAsync(Every);
        }
    }

    private sealed class Depth : MetricsSample<object>, IDisposable
    {
        private readonly Meter _meter = new("Test.Depth");
        private readonly ObservableGauge<int> _gauge;

        public Depth(MetricsDemand demand, MetricsOptions options, TimeProvider time)
            : base(demand, options, time) =>
            _gauge = _meter.CreateObservableGauge("depth", () => Observe<int>(value => [new((int)value)]));

        public int Value { get; set; } = 7;

        public Exception? Fault { get; set; }

        public int Asked { get; private set; }

        public override string Source => "the depth";

        /// <summary>As whoever scrapes.</summary>
        public List<int> Collect()
        {
            var values = new List<int>();
            using var listener = new MeterListener();
            listener.SetMeasurementEventCallback<int>((_, value, _, _) => values.Add(value));
            listener.EnableMeasurementEvents(_gauge);
            listener.RecordObservableInstruments();
            return values;
        }

        public void Dispose() => _meter.Dispose();

        protected override Task<object> ReadAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return Fault is { } fault ? Task.FromException<object>(fault) : Task.FromResult<object>(Value);
        }
    }

    /// <summary>Says when the next pause has begun.</summary>
    private sealed class PauseTime : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _pauses.Writer.TryWrite(dueTime);
            return timer;
        }

        public async Task PausingAsync(TimeSpan pause)
        {
            while (await _pauses.Reader.ReadAsync(Cancelled) != pause)
            {
                // Another timer: the patience with the engine.
            }
        }
    }

    private sealed class Typed(ILogger inner) : ILogger<MetricsSampler>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}

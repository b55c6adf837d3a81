using System.Collections.Concurrent;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KubeMemory.Tests.Engines.Models;

/// <summary>The registration under test with settings of its own, a clock that stands still, and everything it logs.</summary>
internal sealed class ModelHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly ServiceProvider _services;
    private readonly Lines _log = new();

    public ModelHost(Dictionary<string, string?> settings, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
        more?.Invoke(services);
        services.AddModels(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 18, 0, 0, TimeSpan.Zero));

    public IChatClient Chat => _services.GetRequiredService<IChatClient>();

    public IEmbeddingGenerator<string, Embedding<float>> Embedding => _services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

    public IReadOnlyList<ModelStatus> Status => _services.GetRequiredService<IModelStatus>().List();

    /// <summary>With exceptions and their traces.</summary>
    public string LogText => string.Join('\n', _log.All);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public T? Find<T>() => _services.GetService<T>();

    public IEngineProbe Probe(string port) => _services.GetServices<IEngineProbe>().Single(p => p.Port == port);

    public string EngineOf(string port) => _services.GetServices<EngineName>().Single(n => n.Port == port).Engine;

    public ModelEndpoint EndpointOf(string port) => _services.GetRequiredKeyedService<ServedModel>(port).Endpoint;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(cancellationToken);
        }
    }

    public static Dictionary<string, string?> Strings(string? chat = null, string? embedding = null) => new()
    {
        ["ConnectionStrings:chat"] = chat,
        ["ConnectionStrings:embedding"] = embedding,
    };

    /// <summary>Looks until it is so; the fake clock goes on by so much at every look.</summary>
    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken, TimeSpan advance = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException("It has not become so. The log:\n" + LogText);
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            Time.Advance(advance);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

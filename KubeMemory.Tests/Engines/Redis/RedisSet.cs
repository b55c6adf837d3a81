using KubeMemory.Core.Clusters;
using KubeMemory.Core.Live;
using KubeMemory.Core.Streams;
using KubeMemory.Engines;
using KubeMemory.Engines.Redis;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace KubeMemory.Tests.Engines.Redis;

/// <summary>The stream engine on a database of a real Redis.</summary>
internal sealed class RedisSet : StreamSet
{
    private readonly string _connectionString;
    private readonly StreamOptions _options;
    private readonly ConnectionMultiplexer _tool;
    private ServiceProvider _services;

    private RedisSet(string connectionString, StreamOptions options, ConnectionMultiplexer tool)
    {
        _connectionString = connectionString;
        _options = options;
        _tool = tool;
        _services = Build();
    }

    public override ISignalStream Stream => _services.GetRequiredService<ISignalStream>();

    public override ILeases Leases => _services.GetRequiredService<ILeases>();

    public override ILiveFeed Feed => _services.GetRequiredService<ILiveFeed>();

    public override IWatchStatusBoard Board => _services.GetRequiredService<IWatchStatusBoard>();

    public IServiceProvider Services => _services;

    /// <summary>What the engine logged.</summary>
    public LogLines Log { get; } = new();

    /// <summary>Past the engine, by a connection of the test's own.</summary>
    public IDatabase Database => _tool.GetDatabase();

    public IServer Server => _tool.GetServers()[0];

    public static async Task<RedisSet> OpenAsync(string connectionString, StreamOptions? options = null) =>
        new(connectionString, options ?? new StreamOptions(), await ConnectionMultiplexer.ConnectAsync(connectionString + ",allowAdmin=true,abortConnect=false"));

    /// <summary>Leases and idle times go by the server's clock: the times that are stored move back instead.</summary>
    public override async Task PassAsync(TimeSpan time)
    {
        foreach (var lease in Keys("lease"))
        {
            await Database.HashIncrementAsync(lease, "expires", -(long)time.TotalMicroseconds);
        }

        foreach (var stream in Keys("stream"))
        {
            foreach (var group in await Database.StreamGroupInfoAsync(stream))
            {
                foreach (var entry in await Database.StreamPendingMessagesAsync(stream, group.Name, int.MaxValue, RedisValue.Null))
                {
                    var idle = entry.IdleTimeInMilliseconds + (long)time.TotalMilliseconds;
                    await Database.ExecuteAsync("XCLAIM", stream, group.Name, entry.ConsumerName, 0, entry.MessageId, "IDLE", idle, "JUSTID");
                }
            }
        }

        await base.PassAsync(time);
    }

    public override async Task RestartAsync()
    {
        await _services.DisposeAsync();
        _services = Build();
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _tool.DisposeAsync();
    }

    private RedisKey[] Keys(string kind) => [.. Server.Keys(Database.Database, $"{{kubememory}}:{kind}:*")];

    private ServiceProvider Build() =>
        new ServiceCollection().AddSingleton<TimeProvider>(Time).AddSingleton(_options).AddLogging(logging => logging.AddProvider(Log)).AddRedisEngines(_connectionString).BuildServiceProvider();
}

/// <summary>Everything that was logged, as text.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public string Text
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _lines.Add($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}

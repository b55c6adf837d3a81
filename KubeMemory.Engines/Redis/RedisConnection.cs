using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace KubeMemory.Engines.Redis;

/// <summary>
/// The one connection of this process, made by the first who asks and kept up by itself; and the bells that the other side rings over pub/sub.
/// Nothing is tried again in here, nothing waits in a queue while there is no connection, and nobody waits longer than <see cref="Patience"/>.
/// Thread-safe.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How often an outage that goes on is said again, by one voice for all who ask.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(1);

    /// <summary>Answers that blame the moment, or how this server is run, rather than what was asked.</summary>
    private static readonly string[] Moments =
    [
        "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY ", "MISCONF", "OOM", "NOREPLICAS", "NOAUTH", "WRONGPASS", "NOPERM", "ERR max number of clients",
    ];

    private static readonly string NotInTime = string.Create(CultureInfo.InvariantCulture, $"no connection within {Patience.TotalSeconds:0} s");

    private const string Refused = "it refuses the user or the password of the connection string";

    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Wakeup> _bells = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(EndPoint? Server, ConnectionType Connection), ConnectionFailureType> _lost = new();
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private string? _lastReason;
    private bool _disposed;
    private long? _said;

    private RedisConnection(ConfigurationOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        Name = "Redis at " + string.Join(", ", options.EndPoints.Select(Address));
        Rings = RedisKeys.Rings(options.DefaultDatabase ?? 0);
    }

    /// <summary>For people, with its address and without its password.</summary>
    public string Name { get; }

    /// <summary>The channel over which the bells are rung.</summary>
    public string Rings { get; }

    /// <summary>Reads the connection string; connects nowhere yet.</summary>
    /// <param name="connectionString">As StackExchange.Redis writes it: <c>host:port,password=…,ssl=true,defaultDatabase=0</c>. Its timeouts do not count: they are those of this class.</param>
    /// <exception cref="InvalidOperationException">It cannot be read. The message does not repeat it.</exception>
    public static RedisConnection Create(string connectionString, TimeProvider time, ILogger logger)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(connectionString);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            options = new ConfigurationOptions();
        }

        // An address with a scheme would be taken for a host's name, password and all.
        if (options.EndPoints.Count == 0 || options.EndPoints.Any(point => Address(point).AsSpan().IndexOfAny('/', '@') >= 0))
        {
            throw new InvalidOperationException("The connection string \"redis\" cannot be read: write it like host:6379,password=…,ssl=true.");
        }

        options.SetDefaultPorts();
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.ConnectTimeout = options.AsyncTimeout = options.SyncTimeout = (int)Patience.TotalMilliseconds;
        options.KeepAlive = 5;
        options.IncludeDetailInExceptions = false;
        // The scripts publish under the plain name.
        options.ChannelPrefix = default;
        options.ClientName ??= "KubeMemory";
        return new RedisConnection(options, time, logger);
    }

    /// <summary>Rung by whoever publishes its name, and after a connection has come back: rings may have been lost meanwhile.</summary>
    public Wakeup Bell(string name) => _bells.GetOrAdd(name, static (_, time) => new Wakeup(time), _time);

    /// <exception cref="EngineUnavailableException">No connection, no answer in time, or an answer that blames the moment. What was asked may have been done.</exception>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var connection = await ConnectAsync().WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return await ask(connection.GetDatabase()).WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (Blame(fault) is { } reason)
        {
            Say(reason);
            throw new EngineUnavailableException(Name, reason);
        }
    }

    private void Say(Exception reason)
    {
        lock (_gate)
        {
            if (_said is { } at && _time.GetElapsedTime(at) < Reminder)
            {
                return;
            }

            _said = _time.GetTimestamp();
        }

        Log.Unavailable(_logger, Name, reason.Message);
    }

    /// <inheritdoc cref="AskAsync"/>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken) =>
        AskAsync(database => database.ScriptEvaluateAsync(script, keys, values), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? connecting;
        lock (_gate)
        {
            _disposed = true;
            connecting = _connecting;
        }

        if (connecting is null)
        {
            return;
        }

        // A connection that is still being made is closed when it is; whoever stops does not wait for that.
        var closing = CloseAsync(connecting);
        await Task.WhenAny(closing, Task.Delay(ClosePatience, TimeProvider.System)).ConfigureAwait(false);
    }

    private static async Task CloseAsync(Task<ConnectionMultiplexer> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
        {
            var connection = await connecting.ConfigureAwait(false);
            await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Address(EndPoint point) => point switch
    {
        DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}"),
        _ => point.ToString() ?? "",
    };

    /// <summary>What to say of a fault of the moment; null of any other.</summary>
    private Exception? Blame(Exception fault) => fault switch
    {
        TimeoutException => new TimeoutException($"no answer within {Patience.TotalSeconds:0} s", fault),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => new IOException(Refused, fault),
        // The driver's exception tells of its first attempt, the event of the last one.
        RedisConnectionException lost =>
            new IOException(Volatile.Read(ref _lastReason) ?? WhyNoConnection(lost.FailureType, lost), fault),
        RedisServerException answer when Moments.Any(moment => answer.Message.StartsWith(moment, StringComparison.Ordinal)) => answer,
        _ => null,
    };

    /// <summary>What the network said where it said anything, like <c>Connection refused</c>.</summary>
    private static string WhyNoConnection(ConnectionFailureType failure, Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is SocketException network)
            {
                // An attempt that the driver gave up itself: "Operation canceled" would tell nobody anything.
                return network.SocketErrorCode == SocketError.OperationAborted ? NotInTime : network.Message;
            }

            failure = fault is RedisConnectionException inner ? inner.FailureType : failure;
        }

        return failure == ConnectionFailureType.AuthenticationFailure ? Refused : $"there is no connection ({failure})";
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connecting is null or { IsFaulted: true })
            {
                _connecting = Task.Run(OpenAsync);
            }

            return _connecting;
        }
    }

    private async Task<ConnectionMultiplexer> OpenAsync()
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(_options).ConfigureAwait(false);
        // Comes again with every attempt that fails: said once.
        connection.ConnectionFailed += (_, lost) =>
        {
            Volatile.Write(ref _lastReason, WhyNoConnection(lost.FailureType, lost.Exception));
            if (_lost.TryAdd((lost.EndPoint, lost.ConnectionType), lost.FailureType))
            {
                Log.Lost(_logger, Name, lost.ConnectionType, lost.FailureType);
            }
        };
        connection.ConnectionRestored += (_, back) =>
        {
            Volatile.Write(ref _lastReason, null);
            _lost.TryRemove((back.EndPoint, back.ConnectionType), out var _);
            Log.Restored(_logger, Name, back.ConnectionType);
            RingAll();
        };
        try
        {
            // Before anybody looks for the first time, so that no ring is missed after that look.
            await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Rings), (_, name) => Ring(name.ToString())).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // Not connected: it is remembered, and done as soon as it is.
            Log.NotSubscribed(_logger, Name, fault.GetType().Name);
        }

        return connection;
    }

    private void Ring(string name)
    {
        if (_bells.TryGetValue(name, out var bell))
        {
            bell.Ring();
        }
    }

    private void RingAll()
    {
        foreach (var bell in _bells.Values)
        {
            bell.Ring();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Warning, "{Redis}: the {Connection} connection is lost ({Failure}); it is made again by itself")]
        public static partial void Lost(ILogger logger, string redis, ConnectionType connection, ConnectionFailureType failure);

        [LoggerMessage(2304, LogLevel.Warning, "{Redis} does not answer: {Reason}. What needs it waits and tries again.")]
        public static partial void Unavailable(ILogger logger, string redis, string reason);

        [LoggerMessage(2302, LogLevel.Information, "{Redis}: the {Connection} connection is back")]
        public static partial void Restored(ILogger logger, string redis, ConnectionType connection);

        [LoggerMessage(2303, LogLevel.Debug, "{Redis} cannot be reached yet ({Failure}); the connection is made as soon as it can be")]
        public static partial void NotSubscribed(ILogger logger, string redis, string failure);
    }
}

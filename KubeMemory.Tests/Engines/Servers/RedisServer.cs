using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>redis-server with an append-only file, so that a restart keeps its data.</summary>
internal sealed class RedisServer : ServerProcess
{
    private int _databases;

    private RedisServer()
    {
    }

    public override string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public static async Task<RedisServer> StartNewAsync(CancellationToken cancellationToken)
    {
        var server = new RedisServer();
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>A database that nobody else uses.</summary>
    public string NewDatabase() => string.Create(CultureInfo.InvariantCulture, $"{ConnectionString},defaultDatabase={Interlocked.Increment(ref _databases)}");

    /// <summary>Stopped, it forgets what it had written.</summary>
    public void DropData() => Directory.Delete(Path.Combine(Folder, "appendonlydir"), recursive: true);

    protected override IReadOnlyList<string> Command() =>
    [
        "redis-server", "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", Folder,
        "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--databases", "5000",
    ];

    protected override async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
        var reply = new byte[64];
        var length = await stream.ReadAsync(reply, cancellationToken);
        return Encoding.ASCII.GetString(reply, 0, length).StartsWith("+PONG", StringComparison.Ordinal);
    }
}

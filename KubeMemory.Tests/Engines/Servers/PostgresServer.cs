using System.Globalization;
using Npgsql;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>postgres on a cluster of its own; a test takes a database of its own from it.</summary>
internal sealed class PostgresServer : ServerProcess
{
    private static readonly string Binaries = FindBinaries();
    private int _databases;

    private PostgresServer()
    {
    }

    /// <summary>Where Debian keeps the newest version's programs; empty where there are none.</summary>
    public static bool Installed => Binaries.Length > 0;

    public override string ConnectionString => Of("postgres");

    public static async Task<PostgresServer> StartNewAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresServer();
        if (Environment.UserName == "root")
        {
            await RunAsync(["chown", "postgres:postgres", server.Folder], cancellationToken);
        }

        await RunAsync(
            [.. AsPostgres(), Path.Combine(Binaries, "initdb"), "-D", server.Data, "-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
            cancellationToken);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>A new, empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var create = connection.CreateCommand();
#pragma warning disable CA2100 // A number of ours.
        create.CommandText = $"CREATE DATABASE {name}";
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellationToken);
        return Of(name);
    }

    /// <summary>A fast shutdown: it ends its clients' connections.</summary>
    public override Task StopAsync() => EndAsync("INT");

    /// <summary>Each connection has a process of its own. Resume before the end: those that are stopped outlive their parent.</summary>
    public override void Suspend()
    {
        base.Suspend();
        Children("STOP");
    }

    public override void Resume()
    {
        Children("CONT");
        base.Resume();
    }

    protected override IReadOnlyList<string> Command() =>
    [
        .. AsPostgres(), Path.Combine(Binaries, "postgres"), "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture),
        "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300", "-k", Folder,
    ];

    protected override async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return true;
    }

    private void Children(string signal)
    {
        // The children of its only thread: "4711 4712 4720 "
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/task/{Id}/children");
        foreach (var child in File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Signal(signal, int.Parse(child, CultureInfo.InvariantCulture));
        }
    }

    private string Data => Path.Combine(Folder, "data");

    /// <summary>It refuses to run as root.</summary>
    private static string[] AsPostgres() =>
        Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    private static string FindBinaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault("")
            : "";

    private string Of(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=app;Database={database}");
}

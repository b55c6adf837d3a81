using System.Xml.Linq;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KubeMemory.Engines.KeyRing;

/// <summary>
/// The table <c>data_protection_keys</c>. It is made by whoever misses it first, not by the migrations: the dashboard needs it alone, and may
/// start before the API has brought the database up to date, or on a user who may use this table and no other.
/// </summary>
internal sealed partial class PostgresKeyRepository : KeyRepository
{
    /// <summary>Of the advisory lock of whoever makes the table: two who make one at once would fail. "kubekeys" in ASCII.</summary>
    private const long TableLock = 0x6b7562656b657973;

    private readonly string _connectionString;
    private readonly string _name;
    private readonly KeyWrapping _wrapping;
    private readonly ILogger _logger;

    public PostgresKeyRepository(string connectionString, KeyWrapping wrapping, TimeProvider time, ILogger<PostgresKeyRepository> logger)
        : base(wrapping, time, logger)
    {
        var settings = PostgresSettings.Of(connectionString);
        // Asked once a day.
        (settings.Pooling, settings.ApplicationName) = (false, "KubeMemory keys");
        (_connectionString, _name, _wrapping, _logger) = (settings.ConnectionString, PostgresDatabase.NameOf(connectionString), wrapping, logger);
    }

    protected override (IReadOnlyCollection<XElement> Elements, long Last) Read() => Run<(IReadOnlyCollection<XElement>, long)>(connection =>
    {
        using var command = new NpgsqlCommand("SELECT number, xml FROM data_protection_keys ORDER BY number", connection);
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        long last = 0;
        while (reader.Read())
        {
            last = reader.GetInt64(0);
            elements.Add(XElement.Parse(reader.GetString(1)));
        }

        return (elements, last);
    });

    protected override bool TryStore(long number, XElement element, string friendlyName)
    {
        var stored = Run(connection =>
        {
            using var command = new NpgsqlCommand(
                "INSERT INTO data_protection_keys (number, name, xml) VALUES ($1, $2, $3) ON CONFLICT (number) DO NOTHING", connection);
            command.Parameters.Add(PostgresSession.Parameter(number));
            command.Parameters.Add(PostgresSession.Parameter(friendlyName));
            command.Parameters.Add(PostgresSession.Parameter(element.ToString(SaveOptions.DisableFormatting)));
            return command.ExecuteNonQuery() == 1;
        });
        if (stored && !_wrapping.WrapsNew && element.Name == "key")
        {
            Log.NotWrapped(_logger, _name);
        }

        return stored;
    }

    private T Run<T>(Func<NpgsqlConnection, T> work)
    {
        try
        {
            using var connection = new NpgsqlConnection(_connectionString);
            connection.Open();
            try
            {
                return work(connection);
            }
            catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                MakeTable(connection);
                return work(connection);
            }
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            throw new EngineUnavailableException(_name, PostgresFaults.Reason(fault));
        }
        catch (PostgresException refused)
        {
            throw new InvalidOperationException(
                $"{_name} cannot keep the key ring: {PostgresFaults.Advice(refused, new NpgsqlConnectionStringBuilder(_connectionString).Database).TrimEnd('.')}.", refused);
        }
    }

    private static void MakeTable(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        using var hold = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection, transaction);
        hold.Parameters.Add(PostgresSession.Parameter(TableLock));
        hold.ExecuteNonQuery();
        using var make = new NpgsqlCommand(
            "CREATE TABLE IF NOT EXISTS data_protection_keys (number bigint PRIMARY KEY, name text NOT NULL, xml text NOT NULL)", connection, transaction);
        make.ExecuteNonQuery();
        transaction.Commit();
    }

    private static partial class Log
    {
        [LoggerMessage(2603, LogLevel.Warning,
            "A new key lies unwrapped in {Engine}: whoever can read the table data_protection_keys can sign in as anybody; set KubeMemory:KeyRing:CertificatePath to a certificate that wraps the keys")]
        public static partial void NotWrapped(ILogger logger, string engine);
    }
}

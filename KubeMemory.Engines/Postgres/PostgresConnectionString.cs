using System.Data.Common;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>Checks a connection string at start, so that a mistake is one sentence rather than a fault of the driver's.</summary>
internal static class PostgresConnectionString
{
    private const string Example = "Host=localhost;Port=5432;Username=kubememory;Password=…;Database=kubememory";

    /// <exception cref="InvalidOperationException">One sentence: what is wrong with it. It never quotes a value: one of them is a password.</exception>
    public static void Check(string connectionString)
    {
        var parts = Read(connectionString);
        var known = new NpgsqlConnectionStringBuilder();
        foreach (string key in parts.Keys)
        {
            if (!known.ContainsKey(key))
            {
                throw Mistake($"has a part '{key}' that PostgreSQL's driver does not know");
            }
        }

        var wrong = parts.Keys.Cast<string>().FirstOrDefault(key => !Takes(known, key, parts[key]));
        if (wrong is not null)
        {
            throw Mistake($"has a part '{wrong}' whose value cannot be read");
        }

        if (string.IsNullOrWhiteSpace(known.Host))
        {
            throw Mistake("has no Host");
        }
    }

    private static DbConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException)
        {
            // Its message may quote a piece of the string.
            throw Mistake("is not made of key=value pairs");
        }
    }

    private static bool Takes(NpgsqlConnectionStringBuilder builder, string key, object value)
    {
        try
        {
            builder[key] = value;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            return false;
        }
    }

    private static InvalidOperationException Mistake(string what) => new($"The connection string \"postgres\" {what}: write it like {Example}.");
}

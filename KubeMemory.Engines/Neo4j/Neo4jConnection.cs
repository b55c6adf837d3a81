using System.Data.Common;

namespace KubeMemory.Engines.Neo4j;

/// <summary>Where Neo4j's HTTP is: <c>Endpoint=http://neo4j:7474;Username=neo4j;Password=…;Database=neo4j</c>.</summary>
/// <param name="Endpoint">http or https, also in service discovery's form (<c>https+http://neo4j</c>); ends with a slash.</param>
/// <param name="Username">neo4j where none is given.</param>
/// <param name="Database">neo4j where none is given.</param>
internal sealed record Neo4jConnection(Uri Endpoint, string Username, string Password, string Database)
{
    private const string Example = "like Endpoint=http://localhost:7474;Username=neo4j;Password=…";
    private const string DefaultName = "neo4j";

    private static readonly string[] Known = ["Endpoint", "Username", "Password", "Database"];

    /// <summary>For people.</summary>
    public string Name => $"Neo4j at {Endpoint.Authority}";

    /// <summary>Of the HTTP Query API.</summary>
    public Uri Query => new(Endpoint, $"db/{Uri.EscapeDataString(Database)}/query/v2");

    /// <exception cref="FormatException">One sentence: what is wrong with it. It never quotes a value: one of them is a password.</exception>
    public static Neo4jConnection Parse(string connectionString)
    {
        var parts = Read(connectionString);
        foreach (string key in parts.Keys)
        {
            if (!Known.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                throw new FormatException($"The connection string \"neo4j\" knows {string.Join(", ", Known)}, not '{key}'.");
            }
        }

        return new Neo4jConnection(
            EndpointOf(parts),
            ValueOf(parts, "Username") ?? DefaultName,
            ValueOf(parts, "Password") ?? throw new FormatException($"The connection string \"neo4j\" has no Password: it is {Example}."),
            ValueOf(parts, "Database") ?? DefaultName);
    }

    /// <summary>Without the password: a record prints all it has.</summary>
    public override string ToString() => $"{Name}, database {Database}, as {Username}";

    private static DbConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException)
        {
            // The builder's own message quotes the string, and with it the password: it does not come along.
            throw new FormatException($"The connection string \"neo4j\" is not made of key=value pairs, {Example}.");
        }
    }

    private static string? ValueOf(DbConnectionStringBuilder parts, string key) =>
        parts.TryGetValue(key, out var value) && value is string { Length: > 0 } text ? text : null;

    private static Uri EndpointOf(DbConnectionStringBuilder parts)
    {
        var text = ValueOf(parts, "Endpoint") ?? throw new FormatException($"The connection string \"neo4j\" has no Endpoint: it is {Example}.");
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var endpoint)
            || endpoint.Host.Length == 0
            || endpoint.Scheme is not ("http" or "https" or "https+http" or "http+https"))
        {
            throw new FormatException(
                $"The connection string \"neo4j\" has an Endpoint that is no HTTP address (bolt:// and neo4j:// are other protocols): it is {Example}.");
        }

        return endpoint.UserInfo.Length == 0 && endpoint.Query.Length == 0 && endpoint.Fragment.Length == 0
            ? endpoint
            : throw new FormatException("The connection string \"neo4j\" has an Endpoint with a user, a query or a fragment; they belong into Username and Password.");
    }
}

using System.Data.Common;

namespace KubeMemory.Engines.Chroma;

/// <summary>Where Chroma is: <c>Endpoint=http://chroma:8000</c>, where it asks for one with <c>;Token=…</c>.</summary>
/// <param name="Endpoint">http or https, also in service discovery's form (<c>https+http://chroma</c>); ends with a slash.</param>
internal sealed record ChromaConnection(Uri Endpoint, string? Token)
{
    private const string Example = "like Endpoint=http://localhost:8000";

    /// <summary>For people.</summary>
    public string Name => $"Chroma at {Endpoint.Authority}";

    /// <exception cref="FormatException">One sentence: what is wrong with it.</exception>
    public static ChromaConnection Parse(string connectionString)
    {
        var parts = Read(connectionString);
        foreach (string key in parts.Keys)
        {
            if (!key.Equals("endpoint", StringComparison.OrdinalIgnoreCase) && !key.Equals("token", StringComparison.OrdinalIgnoreCase))
            {
                throw new FormatException($"The connection string \"chroma\" knows Endpoint and Token, not '{key}'.");
            }
        }

        return new(EndpointOf(parts), parts.TryGetValue("token", out var token) && token is string { Length: > 0 } text ? text : null);
    }

    private static DbConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException)
        {
            // Without it: the builder's own message quotes the string, and with it a token.
            throw new FormatException($"The connection string \"chroma\" is not made of key=value pairs, {Example}.");
        }
    }

    private static Uri EndpointOf(DbConnectionStringBuilder parts)
    {
        if (!parts.TryGetValue("endpoint", out var value) || value is not string { Length: > 0 } text)
        {
            throw new FormatException($"The connection string \"chroma\" has no Endpoint: it is {Example}.");
        }

        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var endpoint)
            || endpoint.Host.Length == 0
            || endpoint.Scheme is not ("http" or "https" or "https+http" or "http+https"))
        {
            throw new FormatException($"The connection string \"chroma\" has an Endpoint that is no HTTP address: it is {Example}.");
        }

        return endpoint.UserInfo.Length == 0 && endpoint.Query.Length == 0 && endpoint.Fragment.Length == 0
            ? endpoint
            : throw new FormatException("The connection string \"chroma\" has an Endpoint with a user, a query or a fragment; a secret belongs into Token.");
    }
}

using System.Data.Common;

namespace KubeMemory.Engines.Models;

/// <summary>One model at one endpoint, as its connection string says.</summary>
/// <remarks><c>Endpoint=http://localhost:11434;Model=qwen2.5:0.5b;Key=…</c>; the key is optional and is written nowhere.</remarks>
internal sealed class ModelConnection
{
    private static readonly string[] Parts = ["Endpoint", "Model", "Key"];

    private ModelConnection(string port, Uri endpoint, string model, string? key)
    {
        Port = port;
        Endpoint = endpoint;
        Model = model;
        Key = key;
    }

    /// <summary>The connection string's name, which is the port's: <c>chat</c> or <c>embedding</c>.</summary>
    public string Port { get; }

    public Uri Endpoint { get; }

    public string Model { get; }

    public string? Key { get; }

    /// <exception cref="InvalidOperationException">It makes no sense; one sentence says why and names the string, never its value.</exception>
    public static ModelConnection Parse(string port, string connectionString)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            // Its message repeats a piece of the string, which may be the key.
            throw Mistake(port, "is not of the form Endpoint=http://host:port;Model=name");
        }

        foreach (string key in parts.Keys)
        {
            if (!Parts.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                throw Mistake(port, $"has a part {key} that no model knows: use {string.Join(", ", Parts)}");
            }
        }

        var endpoint = Part(parts, "Endpoint") ?? throw Mistake(port, "lacks Endpoint, like Endpoint=http://localhost:11434");
        var model = Part(parts, "Model") ?? throw Mistake(port, "lacks Model, like Model=qwen2.5:0.5b");
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw Mistake(port, "has an Endpoint that is no http:// or https:// address");
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
        {
            throw Mistake(port, "has an Endpoint with a user name or a query in it: a secret belongs into Key");
        }

        return new(port, uri, model, Part(parts, "Key"));
    }

    public override string ToString() => $"{Model} at {Endpoint.Authority}";

    private static string? Part(DbConnectionStringBuilder parts, string name) =>
        parts.TryGetValue(name, out var value) && value is string text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static InvalidOperationException Mistake(string port, string what) => new($"The connection string \"{port}\" {what}.");
}

using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KubeMemory.Standalone.Cli;

/// <summary>Where one host listens: on this machine alone, because nothing here asks for a login.</summary>
/// <param name="Host"><c>localhost</c> (IPv4 and IPv6), <c>127.0.0.1</c> or <c>[::1]</c>.</param>
/// <param name="Port">0: any free one.</param>
internal sealed record ListenAddress(string Host, int Port)
{
    public static ListenAddress DefaultApi { get; } = new("localhost", 8000);

    public static ListenAddress DefaultDashboard { get; } = new("localhost", 5173);

    /// <summary>Reads <c>http://127.0.0.1:8000;http://127.0.0.1:5173</c>: the API's address, then the dashboard's, which may be left out.</summary>
    /// <exception cref="StandaloneException">With one sentence for the user.</exception>
    public static (ListenAddress Api, ListenAddress Dashboard) ParsePair(string? urls)
    {
        var parts = (urls ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return (DefaultApi, DefaultDashboard);
        }

        if (parts.Length > 2)
        {
            throw new StandaloneException($"--urls names {parts.Length} addresses; name the API's and the dashboard's, like \"http://127.0.0.1:8000;http://127.0.0.1:5173\".");
        }

        var api = Parse(parts[0]);
        var dashboard = parts.Length == 2 ? Parse(parts[1]) : DefaultDashboard;
        return api.Port == dashboard.Port && api.Port != 0
            ? throw new StandaloneException($"--urls gives port {api.Port} to both the API and the dashboard; they need a port each.")
            : (api, dashboard);
    }

    public void Configure(KestrelServerOptions kestrel)
    {
        // A port of the system's choice cannot be had on two addresses at once.
        if (Host == "localhost" && Port != 0)
        {
            kestrel.ListenLocalhost(Port);
        }
        else
        {
            kestrel.Listen(Host == "[::1]" ? IPAddress.IPv6Loopback : IPAddress.Loopback, Port);
        }
    }

    public override string ToString() => $"http://{Host}:{Port}";

    private static ListenAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new StandaloneException($"--urls holds '{url}', which is no plain http address; write it like http://127.0.0.1:8000.");
        }

        return uri.Host is "localhost" or "127.0.0.1" or "[::1]"
            ? new ListenAddress(uri.Host, uri.Port)
            : throw new StandaloneException($"--urls holds '{url}', but KubeMemory listens on this machine only, because it asks for no login; use localhost, 127.0.0.1 or [::1].");
    }
}

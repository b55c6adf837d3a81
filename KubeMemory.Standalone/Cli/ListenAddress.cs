using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KubeMemory.Standalone.Cli;

/// <summary>Where one host listens: on this machine alone, unless everybody has to sign in.</summary>
/// <param name="Host"><c>localhost</c> (IPv4 and IPv6), <c>127.0.0.1</c> or <c>[::1]</c>; where that is allowed another IP address or <c>*</c>, all of this machine's.</param>
/// <param name="Port">0: any free one.</param>
internal sealed record ListenAddress(string Host, int Port)
{
    private const string All = "*";

    public static ListenAddress DefaultApi { get; } = new("localhost", 8000);

    public static ListenAddress DefaultDashboard { get; } = new("localhost", 5173);

    /// <summary>What people and this process itself can ask for it by.</summary>
    public string OpenHost => Host switch
    {
        All or "0.0.0.0" => "localhost",
        "[::]" => "[::1]",
        _ => Host,
    };

    /// <summary>Reads <c>http://127.0.0.1:8000;http://127.0.0.1:5173</c>: the API's address, then the dashboard's, which may be left out.</summary>
    /// <param name="wide">Whether addresses that other machines reach are allowed, because everybody has to sign in.</param>
    /// <exception cref="StandaloneException">With one sentence for the user.</exception>
    public static (ListenAddress Api, ListenAddress Dashboard) ParsePair(string? urls, bool wide = false)
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

        var api = Parse(parts[0], wide);
        var dashboard = parts.Length == 2 ? Parse(parts[1], wide) : DefaultDashboard;
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
        else if (Host == All)
        {
            kestrel.ListenAnyIP(Port);
        }
        else
        {
            kestrel.Listen(Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(Host), Port);
        }
    }

    public override string ToString() => $"http://{Host}:{Port}";

    private static ListenAddress Parse(string url, bool wide)
    {
        // As servers write "all addresses", which no URI may hold.
        var all = url.StartsWith("http://+:", StringComparison.Ordinal) || url.StartsWith("http://*:", StringComparison.Ordinal);
        if (!Uri.TryCreate(all ? url.Replace(url[7..9], "0.0.0.0:", StringComparison.Ordinal) : url, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new StandaloneException($"--urls holds '{url}', which is no plain http address; write it like http://127.0.0.1:8000.");
        }

        if (uri.Host is "localhost" or "127.0.0.1" or "[::1]")
        {
            return new ListenAddress(uri.Host, uri.Port);
        }

        if (!wide)
        {
            throw new StandaloneException($"--urls holds '{url}', but without sign-in KubeMemory listens on this machine only: use localhost, 127.0.0.1 or [::1], or have people sign in with {StandaloneAccess.ModeVariable}=ApiKey or =OpenIdConnect.");
        }

        return all || IPAddress.TryParse(uri.Host, out _)
            ? new ListenAddress(all ? All : uri.Host, uri.Port)
            : throw new StandaloneException($"--urls holds '{url}', but one listens on addresses, not on names: use an IP address of this machine, or * for all of them.");
    }
}

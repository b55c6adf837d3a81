namespace KubeMemory.ServiceDefaults.Access;

/// <summary>What the hosts differ in. Set in code by who builds the host, never by configuration.</summary>
public sealed class AccessHostOptions
{
    /// <summary>
    /// The host serves people, and asks or answers the other services: outside mode Local it needs <see cref="AccessOptions.ServiceKey"/>, and in mode
    /// ApiKey a key. Default: no, as for a Watcher, which nobody but a Prometheus asks.
    /// </summary>
    public bool ServesPeople { get; set; }

    /// <summary>
    /// The authentication scheme that knows people by what their browser keeps (a cookie). It is asked where a request shows no key, and a page that
    /// wants more than that leads to its sign-in. Its principal is one of <see cref="AccessIdentity"/>. Default: none.
    /// </summary>
    public string? BrowserScheme { get; set; }

    /// <summary>For every answer that sets none itself. Default: nothing may be loaded, which suits what is no page.</summary>
    public string ContentSecurityPolicy { get; set; } = "default-src 'none'; frame-ancestors 'none'";
}

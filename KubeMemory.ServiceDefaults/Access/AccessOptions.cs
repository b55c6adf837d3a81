namespace KubeMemory.ServiceDefaults.Access;

/// <summary>How people and services are known. One mode for all services of an installation.</summary>
public enum AccessMode
{
    /// <summary>
    /// This machine only: the services listen on loopback, everybody on it may read, and whoever holds the key of
    /// <see cref="AccessOptions.KeyFile"/> may change. The dashboard takes a one-time token instead, printed at its start.
    /// </summary>
    Local,

    /// <summary>Keys of <see cref="AccessOptions.Keys"/>, in a header for the API, typed in at the dashboard's sign-in.</summary>
    ApiKey,

    /// <summary>An identity provider: the dashboard signs in there, the API takes its tokens. Keys go on for programs.</summary>
    OpenIdConnect,
}

/// <summary>Configuration section <c>KubeMemory:Access</c>: who may do what, from where.</summary>
public sealed class AccessOptions
{
    public const string Section = "KubeMemory:Access";

    /// <summary>Shorter ones can be guessed. Characters.</summary>
    public const int ShortestKey = 32;

    /// <summary>Default: none chosen, which is <see cref="AccessMode.Local"/> and refuses to listen wider than loopback.</summary>
    public AccessMode? Mode { get; init; }

    /// <summary>
    /// Host names, without port, under which a service answers besides <c>localhost</c>, <c>127.0.0.1</c> and <c>[::1]</c>. A name that an
    /// attacker's DNS points to this machine is not among them, which ends DNS rebinding. Default: none.
    /// </summary>
    public IList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins like <c>https://kubememory.example.com</c> whose pages may ask besides a service's own. Default: none.</summary>
    public IList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Addresses and networks (<c>10.0.0.0/24</c>) of reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed, in the modes
    /// other than Local. Default: none.
    /// </summary>
    public IList<string> TrustedProxies { get; init; } = [];

    /// <summary>Who may come in by key, in the modes other than Local. Default: nobody.</summary>
    public IList<AccessKey> Keys { get; init; } = [];

    /// <summary>
    /// What the services of one installation show each other, at least <see cref="ShortestKey"/> characters; who shows it may act, and may say for
    /// whom (<see cref="AccessHeaders.User"/>). Default: that of <see cref="KeyFile"/> in mode Local; required in the others.
    /// </summary>
    public string? ServiceKey { get; init; }

    /// <summary>Mode Local: the file with the key, made at the first start, readable by its user alone. Default: <c>api-key</c> in the user's data folder <c>kubememory</c>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Changes a caller may make within a minute. Default 120, 1 to 100,000.</summary>
    public int WritesPerMinute { get; init; } = 120;

    /// <summary>Mode OpenIdConnect.</summary>
    public OpenIdOptions OpenIdConnect { get; init; } = new();

    /// <summary>The mode that counts.</summary>
    public AccessMode Chosen => Mode ?? AccessMode.Local;
}

/// <summary>One who may come in by key.</summary>
public sealed class AccessKey
{
    /// <summary>Who it is, for the audit log. Required, unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>At least <see cref="AccessOptions.ShortestKey"/> characters. Required.</summary>
    public string Key { get; init; } = "";

    /// <summary><c>viewer</c> or <c>operator</c>. Default <c>viewer</c>.</summary>
    public string Role { get; init; } = AccessRoles.Viewer;
}

/// <summary>The identity provider of mode <see cref="AccessMode.OpenIdConnect"/>.</summary>
public sealed class OpenIdOptions
{
    /// <summary>Like <c>https://login.example.com/realms/ops</c>. Required in that mode.</summary>
    public Uri? Authority { get; init; }

    /// <summary>Required for the dashboard in that mode.</summary>
    public string? ClientId { get; init; }

    /// <summary>Default: none, a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What the API wants in <c>aud</c> of an access token. Default: the client id.</summary>
    public string? Audience { get; init; }

    /// <summary>The claim that names the person. Default <c>preferred_username</c>; <c>sub</c> where it is missing.</summary>
    public string NameClaim { get; init; } = "preferred_username";

    /// <summary>The claim that holds the roles or groups. Default <c>roles</c>.</summary>
    public string RoleClaim { get; init; } = "roles";

    /// <summary>Its value that makes a viewer. Default: none, whoever can sign in may read.</summary>
    public string? ViewerRole { get; init; }

    /// <summary>Its value that makes an operator. Default <c>kubememory-operator</c>.</summary>
    public string OperatorRole { get; init; } = "kubememory-operator";
}

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>
/// The transport of every address that mode Local must not listen on: it refuses. The server asks the transport that was registered last first, for
/// each endpoint, wherever that stands (ASPNETCORE_URLS, Kestrel's section, code), so that no socket of it ever comes into being.
/// </summary>
internal sealed class WideListening(IOptions<AccessOptions> options) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => options.Value.Chosen == AccessMode.Local && !StaysHere(endpoint);

    /// <exception cref="OptionsValidationException">Always.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => throw new OptionsValidationException(
        Options.DefaultName,
        typeof(AccessOptions),
        [$"{endpoint} can be reached from other machines, and nobody would have to sign in: listen on localhost, or set {AccessOptions.Section}:{nameof(AccessOptions.Mode)} to {nameof(AccessMode.ApiKey)} or {nameof(AccessMode.OpenIdConnect)}."]);

    private static bool StaysHere(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => AccessIdentity.IsLoopback(ip.Address),
        UnixDomainSocketEndPoint or NamedPipeEndPoint => true,
        // An open socket of somebody else's (systemd): nobody knows what it is bound to.
        _ => false,
    };
}

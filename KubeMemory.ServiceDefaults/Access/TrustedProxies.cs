using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>
/// Whose word is taken for where a request comes from: of those in <see cref="AccessOptions.TrustedProxies"/>, of nobody else, whatever
/// ASPNETCORE_FORWARDEDHEADERS_ENABLED says, which would believe everybody.
/// </summary>
internal sealed class TrustedProxies(IOptions<AccessOptions> access) : IPostConfigureOptions<ForwardedHeadersOptions>
{
    public void PostConfigure(string? name, ForwardedHeadersOptions options)
    {
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        options.ForwardedHeaders = access.Value.TrustedProxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        // From the last one back as long as it is a trusted one.
        options.ForwardLimit = null;
        foreach (var proxy in access.Value.TrustedProxies)
        {
            if (TryParse(proxy, out var network))
            {
                options.KnownIPNetworks.Add(network);
            }
        }
    }

    /// <summary>An address is a network of one.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}

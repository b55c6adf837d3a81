using System.Net;

namespace KubeMemory.ServiceDefaults;

/// <summary>
/// This machine is asked directly, whatever HTTP_PROXY says, as Go's clients (kubectl too) do: no proxy can reach the loopback of the
/// machine that asks it, so that behind a company's proxy neither the API nor a local cluster would answer.
/// </summary>
internal sealed class LoopbackProxy(IWebProxy inner) : IWebProxy
{
    private static readonly Lock Installing = new();

    public ICredentials? Credentials
    {
        get => inner.Credentials;
        set => inner.Credentials = value;
    }

    /// <summary>For all clients of this process that name no proxy of their own.</summary>
    public static void Install()
    {
        lock (Installing)
        {
            if (HttpClient.DefaultProxy is not LoopbackProxy)
            {
                HttpClient.DefaultProxy = new LoopbackProxy(HttpClient.DefaultProxy);
            }
        }
    }

    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : inner.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || inner.IsBypassed(host);
}

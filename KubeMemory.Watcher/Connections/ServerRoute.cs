namespace KubeMemory.Watcher.Connections;

/// <summary>The way to an API server, as far as its failures are to be understood by people.</summary>
/// <param name="Server">With the path that a proxy in front of the API server may have.</param>
/// <param name="Proxy">Through which it is asked; null where it is asked directly.</param>
/// <param name="InContainer">This process runs in a container, where loopback is not the machine's.</param>
internal sealed record ServerRoute(Uri Server, Uri? Proxy = null, bool InContainer = false);

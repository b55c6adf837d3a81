namespace KubeMemory.Watcher.Connections;

/// <summary>The configuration does not lead to a cluster; the message is one sentence for the user that says what to do.</summary>
public sealed class ConnectionException(string message, Exception? inner = null) : Exception(message, inner);

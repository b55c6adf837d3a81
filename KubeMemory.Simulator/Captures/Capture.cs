using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Captures;

/// <summary>What a capture of a cluster holds, whatever its shape was.</summary>
/// <param name="Source">The paths it was read from, as the user wrote them, joined by a comma.</param>
/// <param name="ClusterId">The uid of the namespace <c>kube-system</c>; without it <c>capture-</c> and a hash over the objects' uids. The same input always gives the same id.</param>
/// <param name="CapturedAt">The newest time found in the objects, never later than now.</param>
/// <param name="Version">The answer of <c>/version</c>, when the capture holds it.</param>
/// <param name="Objects">By resource plural (<c>pods</c>, <c>events</c>…), in the order read; today's field names, with <c>apiVersion</c> and <c>kind</c>.</param>
/// <param name="Logs">The tail of every container's log.</param>
/// <param name="Warnings">What was skipped and why, one sentence each.</param>
public sealed record Capture(
    string Source,
    string ClusterId,
    DateTimeOffset CapturedAt,
    JsonObject? Version,
    IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> Objects,
    IReadOnlyDictionary<LogKey, string> Logs,
    IReadOnlyList<string> Warnings)
{
    private const string UnknownCluster = "capture-";

    /// <summary>False: the id is of the objects alone, and another capture of the same cluster has another one.</summary>
    public bool IdentifiesCluster => !ClusterId.StartsWith(UnknownCluster, StringComparison.Ordinal);

    /// <summary>The id for what a text names, where the capture itself does not say which cluster it is of.</summary>
    public static string ClusterIdOf(string text) => $"{UnknownCluster}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6))}";
}

/// <summary>Names one log of a capture.</summary>
public readonly record struct LogKey(string Namespace, string Pod, string Container, bool Previous);

/// <summary>A capture cannot be read. The message is one sentence for the user: what is wrong, and where.</summary>
public sealed class CaptureException : Exception
{
    public CaptureException(string message)
        : base(message)
    {
    }

    public CaptureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CaptureException()
    {
    }
}

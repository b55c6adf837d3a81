namespace KubeMemory.Core.Classification;

/// <summary>Pieces that messages of Kubernetes carry in set places.</summary>
internal static class MessageParts
{
    // "rpc error: code = Unknown desc = " and the like say nothing of the cause.
    private static readonly string[] Shells =
    [
        "Error: ", "rpc error: code = ", "Error response from daemon: ", "failed to create shim task: ", "OCI runtime create failed: ", "runc create failed: ",
        "failed to create containerd task: ", "error killing pod: ",
    ];

    /// <summary>The text between the two marks; null where the first is missing or nothing stands between. The end mark may be missing.</summary>
    public static string? After(string message, string mark, string end)
    {
        var start = message.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        var rest = message.AsSpan(start + mark.Length);
        var length = rest.IndexOf(end, StringComparison.Ordinal);
        var part = (length < 0 ? rest : rest[..length]).Trim();
        return part.IsEmpty || part.Length > 253 ? null : part.ToString();
    }

    /// <summary>
    /// Names of PersistentVolumes mean the same on every node (pvc-UID); a pod's own names for its volumes ("config", "data") do not.
    /// </summary>
    public static string? VolumeIn(string message) =>
        After(message, "for volume \"", "\"") is { } name && name.StartsWith("pvc-", StringComparison.Ordinal) ? name : null;

    /// <summary><c>dial tcp: lookup db.shop on 10.96.0.10:53: no such host</c></summary>
    public static string? DnsNameIn(string message)
    {
        if (!message.Contains("no such host", StringComparison.Ordinal)
            && !message.Contains("server misbehaving", StringComparison.Ordinal)
            && !message.Contains("Temporary failure in name resolution", StringComparison.Ordinal))
        {
            return null;
        }

        return After(message, "lookup ", " ")?.TrimEnd(':');
    }

    /// <summary>The message without the shells that runtimes put around it.</summary>
    public static string CauseOf(string message)
    {
        var rest = message.AsSpan().Trim();
        var volume = rest.IndexOf("\" : ", StringComparison.Ordinal);
        if (volume > 0 && rest.StartsWith("MountVolume", StringComparison.Ordinal))
        {
            rest = rest[(volume + 4)..];
        }

        for (var stripped = true; stripped;)
        {
            stripped = false;
            foreach (var shell in Shells)
            {
                if (rest.StartsWith(shell, StringComparison.Ordinal))
                {
                    rest = rest[shell.Length..];
                    var description = shell.EndsWith("= ", StringComparison.Ordinal) ? rest.IndexOf("desc = ", StringComparison.Ordinal) : -1;
                    rest = description < 0 ? rest : rest[(description + 7)..];
                    stripped = true;
                }
            }
        }

        return rest.ToString();
    }
}

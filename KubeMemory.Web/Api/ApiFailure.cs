namespace KubeMemory.Web.Api;

internal enum ApiFailureKind
{
    /// <summary>No answer: not running, not resolvable, too slow.</summary>
    Unreachable,

    /// <summary>It answered that there is no such thing.</summary>
    NotFound,

    /// <summary>It refused the request: the asker's mistake.</summary>
    Refused,

    /// <summary>It failed.</summary>
    Fault,
}

/// <summary>A request to the API failed. The message is for a reader: one or two plain sentences.</summary>
internal sealed class ApiFailureException(ApiFailureKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public ApiFailureKind Kind { get; } = kind;
}

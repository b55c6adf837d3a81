using System.Net;

namespace KubeMemory.Watcher;

/// <summary>The API server could not be read; the message is one sentence in plain words that says what to do.</summary>
/// <param name="status">Null where no answer came.</param>
public sealed class KubernetesException(HttpStatusCode? status, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public HttpStatusCode? Status { get; } = status;

    /// <summary>How long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The version or the continue token has expired: list again.</summary>
    public bool IsGone => Status == HttpStatusCode.Gone;

    /// <summary>Asking again will not help until somebody changes something.</summary>
    public bool IsRefusal => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;
}

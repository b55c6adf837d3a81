using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Watcher;

/// <summary>Says in plain words what an API server's refusal or a broken connection means, and what to change.</summary>
internal static class StatusSentences
{
    /// <param name="what">Like <c>list pods</c>.</param>
    public static KubernetesException FromStatus(KubeStatus? status, string what, string? ns, HttpStatusCode? http = null, TimeSpan? retryAfter = null)
    {
        var code = http ?? (HttpStatusCode)(status?.Code ?? (status?.Reason is "Expired" or "Gone" ? 410 : 500));
        retryAfter ??= status?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null;
        var where = ns is null ? "in the whole cluster" : $"in namespace {ns}";
        var said = string.IsNullOrWhiteSpace(status?.Message) ? "" : $" The server said: {Shorten(status.Message)}";
        var sentence = code switch
        {
            HttpStatusCode.Unauthorized => "The API server does not accept the credentials (401): log in to the cluster again or renew the kubeconfig.",
            HttpStatusCode.Forbidden => $"The API server forbids to {what} {where} (403): grant it to this user or service account.",
            HttpStatusCode.NotFound => $"The API server knows nothing to {what} {where} (404): check the server's address and the namespace.",
            HttpStatusCode.TooManyRequests => $"The API server asks for fewer requests (429){After(retryAfter)}.",
            HttpStatusCode.Gone => $"The version to {what} {where} from has expired (410): listing again.",
            _ => string.Create(CultureInfo.InvariantCulture, $"The API server could not {what} {where} ({(int)code}).") + said,
        };
        return new KubernetesException(code, sentence, retryAfter);
    }

    public static KubernetesException FromFailure(Exception e, Uri server, string what)
    {
        var address = server.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        var sentence = Find<AuthenticationException>(e) is { } tls ? $"The TLS connection to {address} failed ({Shorten(tls.Message)}): check certificate-authority-data, tls-server-name and the client certificate in the kubeconfig."
            : Find<SocketException>(e) is { } socket ? Describe(socket, address)
            : e is TimeoutException or OperationCanceledException ? $"The API server at {address} did not answer in time to {what}."
            : $"The connection to {address} broke while trying to {what}: {Shorten(Innermost(e).Message)}";
        return new KubernetesException(null, sentence, inner: e);
    }

    private static string Describe(SocketException socket, string address) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"Nothing answers at {address}: check that the cluster runs and that the kubeconfig holds its address.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"The name in {address} cannot be resolved: check the server's address in the kubeconfig and the network.",
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"{address} cannot be reached from here: check the network, a VPN or a proxy.",
        _ => $"The connection to {address} broke: {Shorten(socket.Message)}",
    };

    private static string After(TimeSpan? retryAfter) =>
        retryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $": waiting {wait.TotalSeconds:0} s as it asks") : "";

    private static string Shorten(string text)
    {
        // What a server says is shown and stored, and proxies quote requests.
        var line = Redactor.Default.Redact(text.Length > 4096 ? text[..4096] : text).ReplaceLineEndings(" ").Trim();
        return line.Length <= 200 ? line : line[..200] + "…";
    }

    private static TException? Find<TException>(Exception? e)
        where TException : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is TException found)
            {
                return found;
            }
        }

        return null;
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Watcher.Connections;

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
            HttpStatusCode.Forbidden => $"The API server forbids to {what} {where} (403): grant this user or service account {Right(what)}.",
            HttpStatusCode.NotFound => $"The API server knows nothing to {what} {where} (404): check the server's address and the namespace.",
            HttpStatusCode.TooManyRequests => $"The API server asks for fewer requests (429){After(retryAfter)}.",
            HttpStatusCode.Gone => $"The version to {what} {where} from has expired (410): listing again.",
            _ => string.Create(CultureInfo.InvariantCulture, $"The API server could not {what} {where} ({(int)code}).") + said,
        };
        return new KubernetesException(code, sentence, retryAfter);
    }

    /// <param name="what">Like <c>list pods</c>.</param>
    public static KubernetesException FromFailure(Exception e, ServerRoute route, string what)
    {
        var address = AddressOf(route.Server);
        var sentence = Find<CertificateException>(e) is { } certificate ? $"The certificate of {address} {Shorten(certificate.Message, 400)}"
            : Find<AuthenticationException>(e) is { } tls ? $"The TLS connection to {address} failed ({Shorten(tls.Message).TrimEnd('.')}): check that the kubeconfig's server speaks HTTPS, its certificate-authority-data and its client certificate."
            : e is TimeoutException or OperationCanceledException ? $"The API server at {address} did not answer in time to {what}: check that the cluster runs, the network, and a VPN, firewall or proxy in between{(route.Proxy is { } proxy ? $" (the proxy is {AddressOf(proxy)})" : "")}."
            : Find<HttpRequestException>(e) is { HttpRequestError: HttpRequestError.ProxyTunnelError } refused ? ProxyRefuses(route, address, refused)
            : Find<SocketException>(e) is { } socket ? Describe(socket, route, address)
            : Find<JsonException>(e) is not null ? $"What answers at {address} is no Kubernetes API server: check the server's address in the kubeconfig."
            : $"The connection to {address} broke while trying to {what}: {Shorten(Innermost(e).Message)}";
        return new KubernetesException(null, sentence, inner: e);
    }

    private static string Describe(SocketException socket, ServerRoute route, string address) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
            or SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable when route.Proxy is { } proxy =>
            $"The proxy {AddressOf(proxy)}, through which {address} is asked for, cannot be reached ({Shorten(socket.Message)}): {ProxyAdvice(route)}.",
        SocketError.ConnectionRefused when route is { InContainer: true, Server.IsLoopback: true } =>
            $"Nothing answers at {address}, which in this container is the container itself: give the kubeconfig the address under which the cluster is reached from here, "
            + "like https://NAME-control-plane:6443 on the kind network, or https://host.docker.internal:PORT with tls-server-name on Docker Desktop.",
        SocketError.ConnectionRefused => $"Nothing answers at {address}: check that the cluster runs and that the kubeconfig holds its address.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"The name in {address} cannot be resolved: check the server's address in the kubeconfig and the network.",
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"{address} cannot be reached from here: check the network, a VPN or a proxy.",
        _ => $"The connection to {address} broke: {Shorten(socket.Message)}",
    };

    private static string ProxyRefuses(ServerRoute route, string address, HttpRequestException refused) =>
        $"The proxy {(route.Proxy is { } proxy ? AddressOf(proxy) : "")} does not let through to {address} ({Shorten(refused.Message).TrimEnd('.', '"')}): {ProxyAdvice(route)}.";

    private static string ProxyAdvice(ServerRoute route) =>
        $"add {route.Server.Host} to NO_PROXY where it needs none, or correct {(route.Server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY")} or the kubeconfig's proxy-url";

    /// <summary>Without a user and a password in it.</summary>
    private static string AddressOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary><c>list pods</c> is the verb list on pods.</summary>
    private static string Right(string what) => what.Split(' ', 2) is [var verb, var resource] ? $"the verb {verb} on {resource}" : what;

    private static string After(TimeSpan? retryAfter) =>
        retryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $": waiting {wait.TotalSeconds:0} s as it asks") : "";

    private static string Shorten(string text, int length = 200)
    {
        // What a server says is shown and stored, and proxies quote requests.
        var line = Redactor.Default.Redact(text.Length > 4096 ? text[..4096] : text).ReplaceLineEndings(" ").Trim();
        return line.Length <= length ? line : line[..length] + "…";
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

using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;

namespace KubeMemory.Watcher.Connections;

/// <summary>How to reach one cluster: the server and an authenticated client, built by the KubernetesClient package.</summary>
public sealed class ClusterConnection : IDisposable
{
    private const string ServiceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private readonly Kubernetes _client;

    private ClusterConnection(string name, string? path, KubernetesClientConfiguration configuration, Uri? proxy, bool inContainer, TimeProvider time)
    {
        Name = name;
        KubeconfigPath = path;
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan; // a watch lasts; HttpKubernetesReader sets its own deadlines
        SocketsHttpHandler? sockets = null;
        configuration.FirstMessageHandlerSetup = handler =>
        {
            sockets = handler;
            // Without one of its own, HTTPS_PROXY and NO_PROXY count, as for kubectl.
            handler.Proxy = proxy is null ? handler.Proxy : new WebProxy(proxy);
            handler.ConnectTimeout = TimeSpan.FromSeconds(10);
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(15); // a moved load balancer is found again
            handler.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
        };
        _client = new Kubernetes(configuration);
        if (!configuration.SkipTlsVerify && sockets?.SslOptions is { RemoteCertificateValidationCallback: { } isSigned } tls)
        {
            // The package checks who signed the certificate, and passes over whom it is for. What is wrong is thrown, because people must be told.
            tls.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && isSigned(sender, certificate, chain, errors)
                    ? true
                    : throw CertificateException.For(certificate, errors, (sender as SslStream)?.TargetHostName ?? _client.BaseUri.Host, time.GetUtcNow());
        }

        Server = _client.BaseUri;
        Fingerprint = FingerprintOf(configuration, Server);
        var route = new ServerRoute(Server, proxy ?? ProxyOf(HttpClient.DefaultProxy, Server), inContainer);
        Reader = new HttpKubernetesReader(_client.HttpClient, route, _client.Credentials is { } credentials ? credentials.ProcessHttpRequestAsync : null, time,
            Server.Scheme == Uri.UriSchemeHttps && !string.IsNullOrEmpty(configuration.TlsServerName) ? configuration.TlsServerName : null);
    }

    /// <summary>What people call the cluster: the context's name, or <c>in-cluster</c>.</summary>
    public string Name { get; }

    /// <summary>Null in a cluster.</summary>
    public string? KubeconfigPath { get; }

    public Uri Server { get; }

    public IKubernetesReader Reader { get; }

    /// <summary>Identifies the cluster where the UID of kube-system may not be read: a hash of server and certificate authority.</summary>
    public string Fingerprint { get; }

    /// <summary>Resolves the environment's connection.</summary>
    /// <param name="home">What <c>~</c> stands for; null: the user's.</param>
    /// <exception cref="ConnectionException">One sentence for the user.</exception>
    public static ClusterConnection Open(WatcherOptions options, TimeProvider time, string? home = null)
    {
        if (options.InCluster)
        {
            return OpenInCluster(time);
        }

        home ??= Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var (kubeconfig, extras, path) = new KubeconfigFiles(home).Load(options);
        var context = ContextOf(kubeconfig, path, options.Context);
        var tokenFile = extras.TokenFileOf(context.ContextDetails?.User);
        CheckReferences(kubeconfig, path, context, tokenFile);
        var login = LoginProgramOf(kubeconfig, path, context);
        var proxy = ProxyOf(extras, path, context);
        AllowAnonymous(kubeconfig, context);
        try
        {
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(kubeconfig, context.Name);
            configuration.TokenProvider = tokenFile is null ? configuration.TokenProvider : new TokenFile(tokenFile);
            return new ClusterConnection(context.Name, path, configuration, proxy, options.InContainer, time);
        }
        catch (Exception e) when (e is KubeConfigException or KubernetesClientException or CryptographicException or FormatException or IOException
            or UnauthorizedAccessException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            var reason = e.Message.Split('\n', 2)[0].Trim();
            // The package puts a whole exception behind its own words about the program.
            throw new ConnectionException(
                login is null ? $"The context {context.Name} in {path} cannot be used: {reason}"
                    : $"The program {login}, with which the context {context.Name} in {path} logs in, has failed: run it in a terminal to see why ({reason.Split(": System.", 2)[0]}).",
                e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static ClusterConnection OpenInCluster(TimeProvider time)
    {
        if (!KubernetesClientConfiguration.IsInCluster())
        {
            throw new ConnectionException($"{WatcherOptions.InClusterKey} is true, but this runs in no pod with a service account: set it to false, or mount the service account's token.");
        }

        var configuration = KubernetesClientConfiguration.InClusterConfig();
        configuration.TokenProvider = new TokenFile(ServiceAccountToken);
        return new ClusterConnection("in-cluster", null, configuration, proxy: null, inContainer: true, time);
    }

    private static Context ContextOf(K8SConfiguration kubeconfig, string path, string? wanted)
    {
        var contexts = (kubeconfig.Contexts ?? []).ToList();
        var known = contexts.Count == 0 ? "it has none" : $"it has {string.Join(", ", contexts.Select(c => c.Name))}";
        var name = wanted ?? kubeconfig.CurrentContext;
        if (string.IsNullOrEmpty(name))
        {
            throw new ConnectionException($"The kubeconfig {path} has no current context: name one in {WatcherOptions.ContextKey} ({known}).");
        }

        return contexts.Find(c => c.Name == name)
            ?? throw new ConnectionException($"The kubeconfig {path} has no context {name}: name another in {WatcherOptions.ContextKey} ({known}).");
    }

    /// <summary>What the environment's HTTPS_PROXY and NO_PROXY say of this server.</summary>
    private static Uri? ProxyOf(IWebProxy proxies, Uri server) => proxies.IsBypassed(server) ? null : proxies.GetProxy(server);

    private static Uri? ProxyOf(KubeconfigExtras extras, string path, Context context) => extras.ProxyOf(context.ContextDetails?.Cluster) is not { } url ? null
        : Uri.TryCreate(url, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5" ? proxy
        : throw new ConnectionException($"The proxy-url of context {context.Name} in {path} is no address of a proxy: it must begin with http://, https:// or socks5://.");

    private static void CheckReferences(K8SConfiguration kubeconfig, string path, Context context, string? tokenFile)
    {
        var cluster = (kubeconfig.Clusters ?? []).FirstOrDefault(c => c.Name == context.ContextDetails?.Cluster);
        if (string.IsNullOrEmpty(cluster?.ClusterEndpoint?.Server))
        {
            throw new ConnectionException($"The context {context.Name} in {path} names the cluster '{context.ContextDetails?.Cluster}', which has no server there.");
        }

        var user = (kubeconfig.Users ?? []).FirstOrDefault(u => u.Name == context.ContextDetails?.User)?.UserCredentials;
        (string What, string? File)[] files =
        [
            ("certificate authority", string.IsNullOrEmpty(cluster.ClusterEndpoint.CertificateAuthorityData) ? cluster.ClusterEndpoint.CertificateAuthority : null),
            ("client certificate", string.IsNullOrEmpty(user?.ClientCertificateData) ? user?.ClientCertificate : null),
            ("token file", tokenFile),
            ("client key", string.IsNullOrEmpty(user?.ClientKeyData) ? user?.ClientKey : null),
        ];
        foreach (var (what, file) in files.Where(f => !string.IsNullOrEmpty(f.File) && !File.Exists(f.File)))
        {
            throw new ConnectionException($"The {what} {file} that context {context.Name} in {path} names does not exist.");
        }
    }

    /// <summary>The exec plugin's command; null where the user has none.</summary>
    private static string? LoginProgramOf(K8SConfiguration kubeconfig, string path, Context context)
    {
        var command = (kubeconfig.Users ?? []).FirstOrDefault(u => u.Name == context.ContextDetails?.User)?.UserCredentials?.ExternalExecution?.Command;
        return string.IsNullOrEmpty(command) || IsInstalled(command) ? command
            : throw new ConnectionException(
                $"The context {context.Name} in {path} logs in with the program {command}, which is not installed here: install it and add its folder to PATH, or use a kubeconfig with a token or a client certificate (in a container that is the simplest).");
    }

    private static bool IsInstalled(string command)
    {
        var endings = OperatingSystem.IsWindows() ? ["", .. (Environment.GetEnvironmentVariable("PATHEXT") ?? ".EXE").Split(';')] : new[] { "" };
        var folders = Path.GetFileName(command) == command
            ? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : [""];
        return folders.Any(folder => endings.Any(ending => File.Exists(Path.Combine(folder, command + ending))));
    }

    // kubectl takes a user without credentials for an anonymous one (kubectl proxy needs no more); the package refuses it.
    private static void AllowAnonymous(K8SConfiguration kubeconfig, Context context)
    {
        var user = (kubeconfig.Users ?? []).FirstOrDefault(u => u.Name == context.ContextDetails.User)?.UserCredentials;
        string?[] credentials = [user?.Token, user?.UserName, user?.ClientCertificate, user?.ClientCertificateData];
        if (user is not { AuthProvider: not null } and not { ExternalExecution: not null } && credentials.All(string.IsNullOrEmpty))
        {
            context.ContextDetails.User = null;
        }
    }

    private static string FingerprintOf(KubernetesClientConfiguration configuration, Uri server)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)));
        foreach (var certificate in configuration.SslCaCerts ?? [])
        {
            hash.AppendData(certificate.RawData);
        }

        return "sha256-" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}

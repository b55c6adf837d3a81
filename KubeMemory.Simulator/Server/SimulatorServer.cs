using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KubeMemory.Simulator.Access;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Faults;
using KubeMemory.Simulator.Load;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace KubeMemory.Simulator.Server;

/// <summary>
/// A Kubernetes API server on the loopback interface that serves a <see cref="ClusterState"/>. The state outlives it: another server can
/// take its place.
/// </summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SimulatorOptions _options;
    private readonly RequestLog _requests;
    private readonly Authenticator _authenticator;
    private readonly CertificateAuthority? _authority;
    private readonly X509Certificate2? _serverCertificate;

    private SimulatorServer(ClusterState state, SimulatorOptions options)
    {
        State = state;
        _options = options;
        _requests = new RequestLog();
        if (options.Tls)
        {
            // Certificates are judged by the real time, whatever clock the server goes by.
            _authority = options.Authority ?? new CertificateAuthority(TimeProvider.System);
            _serverCertificate = _authority.IssueServer(["127.0.0.1", "::1", "localhost", .. options.SubjectNames]);
        }

        var token = options.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _authenticator = new Authenticator(options.Authentication, options.User, token, _authority);
        _app = Build();
    }

    /// <summary>Where it listens, with the port it got.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>What it serves.</summary>
    public ClusterState State { get; }

    /// <summary>The lines for a benchmark, where it sends any.</summary>
    public LoadPlan? Load => _options.Load;

    /// <summary>What goes wrong next.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>What the user may do.</summary>
    public AccessRules Access { get; } = new();

    /// <summary>The latest 10,000 requests, oldest first.</summary>
    public IReadOnlyCollection<RequestRecord> Requests => _requests.All;

    /// <summary>The token that is accepted now; a new value makes the old one answer 401.</summary>
    public string Token
    {
        get => _authenticator.Token;
        set => _authenticator.Token = value;
    }

    /// <summary>The authority's certificate, PEM; null without TLS.</summary>
    public string? CertificateAuthorityPem => _authority?.CertificatePem;

    /// <summary>Starts a server; it listens when the task is done.</summary>
    /// <exception cref="IOException">The port is in use.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<SimulatorServer> StartAsync(ClusterState state, SimulatorOptions? options = null, CancellationToken ct = default)
    {
        options ??= new SimulatorOptions();
        options.Validate();
        var server = new SimulatorServer(state, options);
        try
        {
            await server._app.StartAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        server.Address = new Uri(server._app.Urls.Single());
        return server;
    }

    /// <summary>Waits until as many requests fit as wished, counting those that have been.</summary>
    public Task WaitForRequestAsync(Func<RequestRecord, bool> predicate, int count = 1, CancellationToken ct = default) => _requests.WaitAsync(predicate, count, ct);

    /// <summary>Writes a kubeconfig with inline data that its owner alone may read, and returns its path.</summary>
    /// <param name="path">The file; its folder is created.</param>
    /// <param name="context">The name of its one context.</param>
    /// <param name="ns">The context's namespace; null leaves it out.</param>
    public string WriteKubeconfig(string path, string context = "simulator", string? ns = null)
    {
        using var client = _authority is not null && _options.Authentication.HasFlag(Authentication.ClientCertificate) ? _authority.IssueClient(_options.User) : null;
        var token = _options.Authentication.HasFlag(Authentication.Token) ? Token : null;
        Kubeconfig.Write(path, Kubeconfig.Text(Address, context, ns, _options.User, CertificateAuthorityPem, client, token));
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _serverCertificate?.Dispose();
        if (_options.Authority is null)
        {
            _authority?.Dispose();
        }
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A client that reads slowly is no attacker here; its queue is bounded.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, _options.Port, listen =>
            {
                if (_serverCertificate is not null)
                {
                    listen.UseHttps(HttpsOptions(_serverCertificate));
                }
            });
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        // The host's own errors reach the caller as exceptions.
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.None);
        var app = builder.Build();
        var pipeline = new ApiPipeline(
            State, _options, _requests, Faults, Access, _authenticator,
            app.Services.GetRequiredService<ILogger<ApiPipeline>>(), app.Lifetime.ApplicationStopping);
        app.Run(pipeline.InvokeAsync);
        return app;
    }

    private static HttpsConnectionAdapterOptions HttpsOptions(X509Certificate2 certificate) => new()
    {
        ServerCertificate = certificate,
        // A certificate of another authority passes the handshake and gets 401, as from a real API server.
        ClientCertificateMode = ClientCertificateMode.AllowCertificate,
        ClientCertificateValidation = (_, _, _) => true,
    };
}

using System.Net.Sockets;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines;
using KubeMemory.Engines.Startup;
using KubeMemory.Standalone.Cli;
using KubeMemory.Standalone.Demo;
using KubeMemory.Standalone.Logging;
using KubeMemory.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubeMemory.Standalone.Hosting;

/// <summary>Everything that runs: the engines, the demo's cluster where there is one, and the three hosts.</summary>
internal sealed partial class StandaloneApp : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];
    private readonly Stack<IAsyncDisposable> _others = new();
    private readonly CancellationTokenSource _ended = new();
    private ILogger _logger = NullLogger.Instance;

    private StandaloneApp(string dataFolder, DateTimeOffset startedAt) => (DataFolder, StartedAt) = (dataFolder, startedAt);

    public string DataFolder { get; }

    public DateTimeOffset StartedAt { get; }

    public Uri Api { get; private set; } = null!;

    public Uri Dashboard { get; private set; } = null!;

    /// <summary>By which whoever reads the console signs in, once; null where people sign in otherwise.</summary>
    public Uri? SignInLink { get; private set; }

    public IWatchStatusBoard Board { get; private set; } = null!;

    /// <summary>Which engine serves which port.</summary>
    public IReadOnlyList<EngineName> Engines { get; private set; } = [];

    /// <summary>Whether the servers among them have answered.</summary>
    public EnginesReady Ready { get; private set; } = null!;

    /// <summary>Cancelled when a host has ended by itself, which is a fault.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <exception cref="StandaloneException">An address cannot be had.</exception>
    /// <exception cref="DataFolderException">The folder cannot be used.</exception>
    public static async Task<StandaloneApp> StartAsync(StandaloneOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = WatchSettings.Of(options);
        if (!options.Demo)
        {
            WatchSettings.Check(settings, time);
        }

        var app = new StandaloneApp(options.Demo ? Path.Combine(options.DataFolder, "demo") : options.DataFolder, time.GetUtcNow());
        try
        {
            await app.StartHostsAsync(options, settings, time, cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Select(StopAsync));
        while (_others.TryPop(out var other))
        {
            await other.DisposeAsync();
        }

        _ended.Dispose();
    }

    private async Task StartHostsAsync(StandaloneOptions options, IReadOnlyDictionary<string, string?> settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddConsoleLog());
        _others.Push(new Later(loggers));
        _logger = loggers.CreateLogger<StandaloneApp>();
        var engines = await EmbeddedEngines.OpenAsync(DataFolder, IncidentSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build()), time, loggers, cancellationToken);
        _others.Push(engines);
        var access = StandaloneAccess.Settings(DataFolder);
        var api = ApiHost(options, access, engines, DataFolder, time);
        Engines = [.. api.Services.GetServices<EngineName>()];
        Ready = api.Services.GetRequiredService<EnginesReady>();
        Board = api.Services.GetRequiredService<IWatchStatusBoard>();
        await StartAsync(api, options.Api, "API", cancellationToken);
        Api = AddressOf(api, options.Api);
        var dashboard = Hosts.Dashboard(options, access, Api, DataFolder, time);
        await StartAsync(dashboard, options.Dashboard, "dashboard", cancellationToken);
        Dashboard = AddressOf(dashboard, options.Dashboard);
        SignInLink = dashboard.SignInLink(Dashboard);

        if (options.Demo)
        {
            var demo = await DemoCluster.StartAsync(DataFolder, options.DemoSpeed, time, loggers.CreateLogger<DemoCluster>(), cancellationToken);
            _others.Push(demo);
            settings = demo.Settings;
        }

        await StartAsync(Hosts.Watcher(settings, access, engines, DataFolder, time), address: null, "watcher", cancellationToken);
    }

    private static WebApplication ApiHost(
        StandaloneOptions options, IReadOnlyDictionary<string, string?> access, EmbeddedEngines engines, string dataFolder, TimeProvider time)
    {
        try
        {
            return Hosts.Api(options, access, engines, dataFolder, time);
        }
        catch (InvalidOperationException e)
        {
            // One sentence about a connection string.
            throw new StandaloneException(e.Message, e);
        }
    }

    private async Task StartAsync(IHost host, ListenAddress? address, string name, CancellationToken cancellationToken)
    {
        _hosts.Add(host);
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (IOException e) when (address is not null && e.InnerException is AddressInUseException)
        {
            throw new StandaloneException(
                $"Port {address.Port}, for the {name}, is in use by another program: end that one, or choose other ports with --urls \"http://localhost:8001;http://localhost:5174\".", e);
        }
        catch (Exception e) when (address is not null && e is IOException or SocketException)
        {
            throw new StandaloneException($"The {name} cannot listen on {address} ({e.GetBaseException().Message.TrimEnd('.')}): choose another address with --urls.", e);
        }

        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(_ended.Cancel);
    }

    /// <summary>As the user wrote it where that can be opened, with the real port.</summary>
    private static Uri AddressOf(WebApplication app, ListenAddress wanted) => new($"http://{wanted.OpenHost}:{new Uri(app.Urls.First()).Port}/");

    private async Task StopAsync(IHost host)
    {
        try
        {
            // Bounded by the host's own shutdown timeout.
            await host.StopAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The others and the engines must end in order all the same.
            Log.NotStopped(_logger, e);
        }

        host.Dispose();
    }

    private sealed class Later(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(210, LogLevel.Warning, "Something did not stop in time and was cut off")]
        public static partial void NotStopped(ILogger logger, Exception exception);
    }
}

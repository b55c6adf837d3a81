using KubeMemory.Api;
using KubeMemory.Api.Analysis;
using KubeMemory.Api.Ingest;
using KubeMemory.Api.Metrics;
using KubeMemory.Api.Projection;
using KubeMemory.Engines;
using KubeMemory.Engines.KeyRing;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Telemetry;
using KubeMemory.Standalone.Cli;
using KubeMemory.Standalone.Logging;
using KubeMemory.Watcher;
using KubeMemory.Web;

namespace KubeMemory.Standalone.Hosting;

/// <summary>The three hosts of the process. Each has services of its own; they share the engines and the clock, nothing else.</summary>
internal static class Hosts
{
    private const string ServiceName = "kubememory";

    /// <summary>Short enough that all three end within five seconds of Ctrl+C, whatever is connected.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <param name="access">What stands above the environment's settings of access, see <see cref="StandaloneAccess"/>.</param>
    public static WebApplication Api(StandaloneOptions options, IReadOnlyDictionary<string, string?> access, EmbeddedEngines engines, string dataFolder, TimeProvider time)
    {
        var builder = CreateWebBuilder(options.Api, access, dataFolder, time, forProcess: true);
        builder.Services.AddIncidentEngines(builder.Configuration, engines).AddSignalEngines(builder.Configuration, engines).AddMemoryEngines(builder.Configuration);
        builder.AddKubeMemoryApi();
        builder.Services.AddIngest();
        builder.Services.AddProjections();
        builder.Services.AddAnalyses();
        builder.Services.AddApiMetrics();
        var app = builder.Build();
        app.MapKubeMemoryApi();
        return app;
    }

    public static WebApplication Dashboard(StandaloneOptions options, IReadOnlyDictionary<string, string?> access, Uri api, string dataFolder, TimeProvider time)
    {
        var builder = CreateWebBuilder(options.Dashboard, access, dataFolder, time, forProcess: false);
        builder.Configuration["KubeMemory:ApiAddress"] = api.AbsoluteUri;
        builder.Services.AddKeyRingCheck();
        builder.AddKubeMemoryWeb();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapKubeMemoryWeb();
        return app;
    }

    /// <param name="settings">What stands above the environment's K8S_… variables.</param>
    public static IHost Watcher(
        IReadOnlyDictionary<string, string?> settings, IReadOnlyDictionary<string, string?> access, EmbeddedEngines engines, string dataFolder, TimeProvider time)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables().AddInMemoryCollection(access).AddInMemoryCollection(settings);
        builder.Logging.AddConsoleLog();
        Share(builder, dataFolder, time, forProcess: false);
        builder.Services.AddSignalEngines(builder.Configuration, engines);
        builder.Services.AddKubeMemoryWatcher(builder.Configuration);
        return builder.Build();
    }

    private static WebApplicationBuilder CreateWebBuilder(ListenAddress address, IReadOnlyDictionary<string, string?> access, string dataFolder, TimeProvider time, bool forProcess)
    {
        // The program's folder, not the caller's: settings and assets lie there, and nothing of the caller's is read or watched.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(access);
        // Addresses in code stand above those of ASPNETCORE_URLS, which both web hosts would see.
        builder.WebHost.ConfigureKestrel(address.Configure);
        builder.Logging.AddConsoleLog();
        Share(builder, dataFolder, time, forProcess);
        return builder;
    }

    /// <param name="forProcess">The API's host exports the telemetry of all three: it is the first to start and waits for its engines.</param>
    private static void Share(IHostApplicationBuilder builder, string dataFolder, TimeProvider time, bool forProcess)
    {
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.AddServiceDefaults(new ServiceTelemetry(ServiceName, forProcess));
        builder.Services.AddKeyRing(builder.Configuration, Path.Combine(dataFolder, "keys"));
    }
}

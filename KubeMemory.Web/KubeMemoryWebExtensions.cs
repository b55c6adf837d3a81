using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Web.Api;
using KubeMemory.Web.Hosting;
using KubeMemory.Web.Layout;
using KubeMemory.Web.Live;
using KubeMemory.Web.Status;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MudBlazor.Services;

namespace KubeMemory.Web;

/// <summary>The dashboard, in a host of its own or beside others in one process.</summary>
public static class KubeMemoryWebExtensions
{
    // The component library sets style attributes and a style element; nothing else stands inline, and nothing comes from elsewhere.
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>
    /// Adds the dashboard. It reads the API's address from <c>KubeMemory:ApiAddress</c> when the host starts; without one it asks service
    /// discovery for <c>http://api</c>.
    /// </summary>
    public static WebApplicationBuilder AddKubeMemoryWeb(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseDashboardAssets();
        var services = builder.Services;
        services.Configure<AccessHostOptions>(host => (host.ServesPeople, host.ContentSecurityPolicy) = (true, ContentSecurityPolicy));
        services.TryAddSingleton(TimeProvider.System);
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        // At every visit it misses its script, which the icons and skeletons that are used of it do not need.
        builder.Logging.AddFilter("MudBlazor", LogLevel.None);
        services.AddApi();
        services.AddSingleton<LiveBroadcast>();
        services.AddSingleton<PrerenderHandoff>();
        services.AddSingleton<LiveConnection>();
        services.AddSingleton<StatusFeed>();
        services.AddHostedService(p => p.GetRequiredService<LiveConnection>());
        services.AddHostedService(p => p.GetRequiredService<StatusFeed>());
        return builder;
    }

    /// <summary>Maps the dashboard's pages and assets, behind the checks of access.</summary>
    public static WebApplication MapKubeMemoryWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseKubeMemoryAccess();
        app.UseAntiforgery();
        app.MapStaticAssets(DashboardAssets.EndpointsManifest(app.Environment)).AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization(AccessPolicies.Viewer);
        return app;
    }

    private static void AddApi(this IServiceCollection services)
    {
        services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsDataValidator>();
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
        services.AddServiceDiscovery();

        // No retries behind the reader's back: an outage is said at once, and the pages try again by themselves.
        var pages = services.AddHttpClient<IncidentApi>((provider, client) =>
        {
            var options = provider.GetRequiredService<IOptions<DashboardOptions>>().Value;
            client.BaseAddress = Slashed(options.ApiAddress);
            client.Timeout = options.ApiTimeout;
        });
        var live = services.AddHttpClient(LiveConnection.Client, (provider, client) =>
        {
            client.BaseAddress = Slashed(provider.GetRequiredService<IOptions<DashboardOptions>>().Value.ApiAddress);
            client.Timeout = Timeout.InfiniteTimeSpan;
        });
#pragma warning disable EXTEXP0001 // Only way to leave out the resilience that the service defaults put on every client.
        // Nor a log line for every reading of the status: what fails is logged by who asked.
        pages.RemoveAllResilienceHandlers().AddServiceDiscovery().RemoveAllLoggers();
        live.RemoveAllResilienceHandlers().AddServiceDiscovery().RemoveAllLoggers();
#pragma warning restore EXTEXP0001
    }

    private static Uri Slashed(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}

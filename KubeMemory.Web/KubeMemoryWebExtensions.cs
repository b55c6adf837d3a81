using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Web.Api;
using KubeMemory.Web.Hosting;
using KubeMemory.Web.Incidents;
using KubeMemory.Web.Layout;
using KubeMemory.Web.Live;
using KubeMemory.Web.SignIn;
using KubeMemory.Web.Status;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MudBlazor.Services;

namespace KubeMemory.Web;

/// <summary>The dashboard, in a host of its own or beside others in one process.</summary>
public static class KubeMemoryWebExtensions
{
    /// <summary>
    /// Adds the dashboard. It reads the API's address from <c>KubeMemory:ApiAddress</c> when the host starts; without one it asks service
    /// discovery for <c>http://api</c>.
    /// </summary>
    public static WebApplicationBuilder AddKubeMemoryWeb(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseDashboardAssets();
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        // At every visit it misses its script, which the icons and skeletons that are used of it do not need.
        builder.Logging.AddFilter("MudBlazor", LogLevel.None);
        services.AddApi();
        services.AddSignIn();
        services.AddSingleton<LiveBroadcast>();
        services.AddSingleton<PrerenderHandoff>();
        services.AddScoped<FixDrafts>();
        services.AddSingleton<LiveConnection>();
        services.AddSingleton<StatusFeed>();
        services.AddHostedService(p => p.GetRequiredService<LiveConnection>());
        services.AddHostedService(p => p.GetRequiredService<StatusFeed>());
        return builder;
    }

    /// <summary>Maps the dashboard's pages and assets, behind the checks of who asks.</summary>
    public static WebApplication MapKubeMemoryWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseKubeMemoryAccess();
        app.UseAntiforgery();
        // The sign-in page needs some of them, and all are the same for everybody.
        app.MapStaticAssets(DashboardAssets.EndpointsManifest(app.Environment)).AllowAnonymous();
        app.MapSignIn();
        app.MapRunbook();
        // The circuit's hub is among them: it changes nothing by itself, so that opening pages is not counted as changes.
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization(AccessPolicies.Viewer)
            .DisableRateLimiting();
        return app;
    }

    /// <summary>
    /// In mode Local the link by which whoever reads the console signs in, once; null in the others. It is a secret: not for a log, which may
    /// be sent elsewhere.
    /// </summary>
    /// <param name="dashboard">Its address, as people open it.</param>
    public static Uri? SignInLink(this WebApplication app, Uri dashboard)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<SignInDesk>().Mode == AccessMode.Local
            ? new Uri(dashboard, $"{SignInEndpoints.LoginPath}?{SignInEndpoints.TokenParameter}={app.Services.GetRequiredService<SignInToken>().Text}")
            : null;
    }

    private static void AddApi(this IServiceCollection services)
    {
        services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsDataValidator>();
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
        services.AddServiceDiscovery();
        services.AddSingleton<ServiceKey>();
        services.AddTransient<ServiceKeyHandler>();

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
        foreach (var client in (IHttpClientBuilder[])[pages, live])
        {
            // A key goes where it is configured to go, and nowhere that an answer points to.
            client.UseSocketsHttpHandler((handler, _) => handler.AllowAutoRedirect = false).AddHttpMessageHandler<ServiceKeyHandler>();
        }

#pragma warning disable EXTEXP0001 // Only way to leave out the resilience that the service defaults put on every client.
        // Nor a log line for every reading of the status: what fails is logged by who asked.
        pages.RemoveAllResilienceHandlers().AddServiceDiscovery().RemoveAllLoggers();
        live.RemoveAllResilienceHandlers().AddServiceDiscovery().RemoveAllLoggers();
#pragma warning restore EXTEXP0001
    }

    private static Uri Slashed(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}

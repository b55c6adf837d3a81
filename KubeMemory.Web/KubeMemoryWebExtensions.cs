using KubeMemory.Web.Hosting;
using KubeMemory.Web.Layout;
using MudBlazor.Services;

namespace KubeMemory.Web;

/// <summary>The dashboard, in a host of its own or beside others in one process.</summary>
public static class KubeMemoryWebExtensions
{
    /// <summary>
    /// Adds the dashboard. It reads the API's address from <c>KubeMemory:ApiAddress</c> when it first needs it;
    /// without one it asks service discovery for <c>http://api</c>.
    /// </summary>
    public static WebApplicationBuilder AddKubeMemoryWeb(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseDashboardAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        return builder;
    }

    /// <summary>Maps the dashboard's pages and assets, behind the checks of host and origin.</summary>
    public static WebApplication MapKubeMemoryWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseAntiforgery();
        app.MapStaticAssets(DashboardAssets.EndpointsManifest(app.Environment));
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}

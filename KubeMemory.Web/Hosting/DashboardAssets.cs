using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.FileProviders;

namespace KubeMemory.Web.Hosting;

/// <summary>
/// Finds the dashboard's files wherever it runs: by itself or inside another host, from a build (where a manifest points into the
/// source tree and the package cache) or published (where everything lies in wwwroot beside the program, whatever the working folder).
/// </summary>
internal static class DashboardAssets
{
    private const string ReloadKey = "ReloadStaticAssetsAtRuntime";

    public static void UseDashboardAssets(this WebApplicationBuilder builder)
    {
        var environment = builder.Environment;
        var published = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (Directory.Exists(published))
        {
            environment.WebRootPath = published;
            environment.WebRootFileProvider = new PhysicalFileProvider(published);
        }

        // The framework does this by itself in Development only, and `dotnet run` without a launch profile is Production.
        StaticWebAssetsLoader.UseStaticWebAssets(environment, builder.Configuration);

        // Run from a build, the framework compresses each file anew at level none, in case somebody edits it; that is for Development.
        if (!environment.IsDevelopment() && builder.Configuration[ReloadKey] is null)
        {
            builder.Configuration[ReloadKey] = "false";
        }
    }

    public static string EndpointsManifest(IHostEnvironment environment)
    {
        var own = Path.Combine(AppContext.BaseDirectory, $"{environment.ApplicationName}.staticwebassets.endpoints.json");
        return File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, "KubeMemory.Web.staticwebassets.endpoints.json");
    }
}

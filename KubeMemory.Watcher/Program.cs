using KubeMemory.Engines;
using KubeMemory.Engines.KeyRing;
using KubeMemory.Engines.Startup;
using KubeMemory.Engines.Telemetry;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace KubeMemory.Watcher;

internal static class Program
{
    /// <summary>Health and metrics alone: what it has seen is the API's to serve.</summary>
    private const string DefaultAddress = "http://localhost:8002";

    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        builder.AddServiceDefaults();
        try
        {
            EnginesRegistration.RequireConnectionStrings(builder.Configuration);
            builder.Services.AddSignalEngines(builder.Configuration, embedded: null);
        }
        catch (InvalidOperationException e)
        {
            // One sentence about a connection string.
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        builder.Services.AddKeyRing(builder.Configuration, folder: null);
        builder.Services.AddEnginesHealth();
        builder.Services.AddEngineMetrics();
        builder.Services.AddKubeMemoryWatcher(builder.Configuration);

        return await HostRun.RunToTheEndAsync(() =>
        {
            var app = builder.Build();
            app.UseKubeMemoryAccess();
            app.MapDefaultEndpoints();
            return app;
        });
    }
}

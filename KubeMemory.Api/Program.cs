using KubeMemory.Api.Analysis;
using KubeMemory.Api.Ingest;
using KubeMemory.Api.Metrics;
using KubeMemory.Api.Projection;
using KubeMemory.Engines;
using KubeMemory.Engines.KeyRing;
using KubeMemory.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace KubeMemory.Api;

internal static class Program
{
    private const string DefaultAddress = "http://localhost:8000";

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
            builder.Services.AddKubeMemoryEngines(builder.Configuration);
        }
        catch (Exception e) when (e is InvalidOperationException or OptionsValidationException)
        {
            // One sentence about a connection string or a setting.
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        builder.Services.AddKeyRing(builder.Configuration, folder: null);
        builder.AddKubeMemoryApi();
        builder.Services.AddIngest();
        builder.Services.AddProjections();
        builder.Services.AddAnalyses();
        builder.Services.AddApiMetrics();

        return await HostRun.RunToTheEndAsync(() =>
        {
            var app = builder.Build();
            app.MapKubeMemoryApi();
            return app;
        });
    }
}

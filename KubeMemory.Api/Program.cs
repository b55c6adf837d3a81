using KubeMemory.Api.Ingest;
using KubeMemory.Api.Projection;
using KubeMemory.Engines;
using KubeMemory.ServiceDefaults;

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
        catch (InvalidOperationException e)
        {
            // One sentence that names the missing connection string.
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        builder.AddKubeMemoryApi();
        builder.Services.AddIngest();
        builder.Services.AddProjections();

        var app = builder.Build();
        app.MapKubeMemoryApi();
        await app.RunAsync();
        return 0;
    }
}

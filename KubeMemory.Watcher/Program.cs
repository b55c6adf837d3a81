using KubeMemory.Engines;
using KubeMemory.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace KubeMemory.Watcher;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.AddServiceDefaults();
        try
        {
            EnginesRegistration.RequireConnectionStrings(builder.Configuration);
            builder.Services.AddSignalEngines(builder.Configuration, embedded: null);
        }
        catch (InvalidOperationException e)
        {
            // One sentence about a connection string.
            return await FailAsync(e);
        }

        builder.Services.AddKubeMemoryWatcher(builder.Configuration);
        try
        {
            await builder.Build().RunAsync();
            return 0;
        }
        catch (OptionsValidationException e)
        {
            return await FailAsync(e);
        }
    }

    private static async Task<int> FailAsync(Exception e)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
}

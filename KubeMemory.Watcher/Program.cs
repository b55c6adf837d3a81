using KubeMemory.Engines;
using KubeMemory.Engines.KeyRing;
using KubeMemory.ServiceDefaults;

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
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        builder.Services.AddKeyRing(builder.Configuration, folder: null);
        builder.Services.AddKubeMemoryWatcher(builder.Configuration);
        return await builder.Build().RunToTheEndAsync();
    }
}

using KubeMemory.ServiceDefaults;

namespace KubeMemory.Web;

internal static class Program
{
    public static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddKubeMemoryWeb();

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapKubeMemoryWeb();
        await app.RunAsync();
    }
}

namespace KubeMemory.Web;

internal static class Program
{
    public static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddKubeMemoryWeb();

        var app = builder.Build();
        app.MapKubeMemoryWeb();
        await app.RunAsync();
    }
}

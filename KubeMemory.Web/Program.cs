using KubeMemory.Engines.KeyRing;
using KubeMemory.ServiceDefaults;

namespace KubeMemory.Web;

internal static class Program
{
    private const string DefaultAddress = "http://localhost:5173";
    private const string ApiAddressKey = "KubeMemory:ApiAddress";

    /// <summary>Where nobody says where the API is, it is where it listens by itself.</summary>
    private const string DefaultApiAddress = "http://localhost:8000";

    /// <summary>What service discovery is told of it, as by Aspire: <c>services__api__http__0</c>.</summary>
    private const string DiscoveredApi = "services:api";

    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        if (string.IsNullOrEmpty(builder.Configuration[ApiAddressKey]) && !builder.Configuration.GetSection(DiscoveredApi).Exists())
        {
            builder.Configuration[ApiAddressKey] = DefaultApiAddress;
        }

        builder.AddServiceDefaults();
        builder.Services.AddKeyRing(builder.Configuration, KeyRingRegistration.DefaultFolder).AddKeyRingCheck();
        builder.AddKubeMemoryWeb();

        return await HostRun.RunToTheEndAsync(() =>
        {
            var app = builder.Build();
            app.MapDefaultEndpoints();
            app.MapKubeMemoryWeb();
            app.Lifetime.ApplicationStarted.Register(() => SayHowToSignIn(app));
            return app;
        });
    }

    /// <summary>On the console alone: what goes to the log may be sent elsewhere.</summary>
    private static void SayHowToSignIn(WebApplication app)
    {
        if (app.SignInLink(new Uri(app.Urls.First())) is { } link)
        {
            Console.Out.WriteLine($"Sign in at {link} to make changes; the link works once.");
        }
    }
}

using KubeMemory.ServiceDefaults;
using KubeMemory.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Tests.Web;

/// <summary>The dashboard over real HTTP, reading from a <see cref="FakeApi"/>.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DashboardHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    /// <summary>As the console has it, in mode Local.</summary>
    public Uri SignInLink => _app.SignInLink(Address)!;

    public IServiceProvider Services => _app.Services;

    public WebApplication App => _app;

    /// <param name="ring">The folder of the key ring; null: one that is forgotten at the end.</param>
    public static async Task<DashboardHost> StartAsync(
        Uri api, string url = "http://127.0.0.1:0", IEnumerable<KeyValuePair<string, string?>>? settings = null, TemporaryFolder? ring = null, TimeProvider? time = null)
    {
        // The name under which a host of its own would look for the dashboard's assets.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "KubeMemory.Web" });
        builder.Configuration["KubeMemory:ApiAddress"] = api.ToString();
        builder.Configuration[LocalAccess.KeyFile.Key] = LocalAccess.KeyFile.Value;
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        if (ring is null)
        {
            builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        }
        else
        {
            builder.Services.AddDataProtection().SetApplicationName("KubeMemory").PersistKeysToFileSystem(new DirectoryInfo(ring.Path));
        }

        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.Zero);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.AddServiceDefaults();
        builder.AddKubeMemoryWeb();
        var app = builder.Build();
        app.MapKubeMemoryWeb();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

using KubeMemory.Engines.KeyRing;
using KubeMemory.Tests.Engines.Redis;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KubeMemory.Tests.Engines.KeyRing;

/// <summary>A service with nothing but the ring, registered as the services do.</summary>
internal sealed class RingHost : IAsyncDisposable
{
    private const string Purpose = "test";

    private readonly IHost _host;

    private RingHost(IHost host, LogLines log) => (_host, Log) = (host, log);

    public LogLines Log { get; }

    public IKeyManager Keys => _host.Services.GetRequiredService<IKeyManager>();

    /// <param name="settings">Of <c>KubeMemory:KeyRing</c>.</param>
    public static RingHost Build(string? postgres, string? folder, params (string Name, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"KubeMemory:KeyRing:{one.Name}", (string?)one.Value)));
        builder.Configuration["ConnectionStrings:postgres"] = postgres;
        var log = new LogLines();
        builder.Logging.AddProvider(log);
        // As the services have it.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddKeyRing(builder.Configuration, folder);
        return new RingHost(builder.Build(), log);
    }

    public static async Task<RingHost> StartAsync(string? postgres, string? folder, params (string Name, string Value)[] settings)
    {
        var host = Build(postgres, folder, settings);
        await host.StartAsync();
        return host;
    }

    public Task StartAsync() => _host.StartAsync(TestContext.Current.CancellationToken);

    public string Protect(string text) => Protector().Protect(text);

    public string Unprotect(string text) => Protector().Unprotect(text);

    public async Task<HealthReportEntry> HealthAsync() =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["keys"];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private IDataProtector Protector() => _host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>Reads the keys before anything is served, so that a mistake in them ends the start. A host that serves nothing needs none.</summary>
internal sealed partial class AccessStart(IServiceProvider services, IServiceProviderIsService known, ILogger<AccessStart> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (known.IsService(typeof(IServer)))
        {
            if (services.GetRequiredService<AccessKeys>().KeyFile is { } file && IsOpenToOthers(file))
            {
                Log.OpenToOthers(logger, file);
            }
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsOpenToOthers(string file) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;

    private static partial class Log
    {
        [LoggerMessage(175, LogLevel.Warning, "Other users of this machine can read the key of {File}, and so change what is remembered; chmod 600 keeps it yours")]
        public static partial void OpenToOthers(ILogger logger, string file);
    }
}

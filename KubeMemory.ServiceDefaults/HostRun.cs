using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults;

/// <summary>Runs a program of its own: what the user can put right is one sentence on standard error, not a stack trace.</summary>
public static class HostRun
{
    /// <param name="build">Called once; a mistake in the settings shows as early as this where a pipeline reads them.</param>
    /// <returns>The exit code: 0 after Ctrl+C or SIGTERM, 1 after a mistake in the settings.</returns>
    public static async Task<int> RunToTheEndAsync(Func<IHost> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        var stopping = CancellationToken.None;
        try
        {
            var host = build();
            // Taken before the end, when the host is disposed of.
            stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            await host.RunAsync();
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Ctrl+C before it had quite started.
            return 0;
        }
        catch (Exception e) when (SentenceOf(e) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static string? SentenceOf(Exception fault) => fault switch
    {
        OptionsValidationException => fault.Message,
        // "Failed to convert configuration value 'x' at 'KubeMemory:Projections:ReconcileEvery' to type 'System.TimeSpan'."
        InvalidOperationException { InnerException: FormatException } => fault.Message,
        // "Failed to bind to address http://127.0.0.1:8000: address already in use."
        IOException { InnerException: AddressInUseException } => $"{fault.Message} End the other program, or choose another address with ASPNETCORE_URLS.",
        _ => null,
    };
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace KubeMemory.Standalone.Logging;

internal static class ConsoleLog
{
    /// <summary>Our own lines, and of the frameworks' only errors: what they say below that is no news to a user.</summary>
    /// <param name="toError">To standard error, where standard output is for results.</param>
    public static ILoggingBuilder AddConsoleLog(this ILoggingBuilder logging, bool toError = false)
    {
        logging.ClearProviders();
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = toError ? LogLevel.Trace : LogLevel.None;
        });
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("KubeMemory", toError ? LogLevel.Warning : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Error);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Error);
        logging.AddFilter("System.Net.Http", LogLevel.Error);
        logging.AddFilter("Polly", LogLevel.Error);
        // Handled by the engines, which say themselves what matters of it.
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        return logging;
    }
}

using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace KubeMemory.Standalone.Logging;

/// <summary>One short line a message: the time, the level where it is a warning or worse, the text. An exception follows in full.</summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "kubememory";

    /// <summary>A host's "Hosting failed to start", with the exception that the caller catches and says in one sentence.</summary>
    private const int StartupFaulted = 11;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry is { EventId.Id: StartupFaulted, Category: "Microsoft.Extensions.Hosting.Internal.Host" })
        {
            return;
        }

        textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture));
        textWriter.Write(logEntry.LogLevel switch
        {
            LogLevel.Warning => "warning: ",
            LogLevel.Error => "error: ",
            LogLevel.Critical => "fatal: ",
            _ => "",
        });
        textWriter.WriteLine(TerminalText.Plain(logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" ")));
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(TerminalText.Plain(exception.ToString()));
        }
    }
}

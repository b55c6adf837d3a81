using System.Runtime.InteropServices;

namespace KubeMemory.Standalone.Cli;

/// <summary>
/// The first Ctrl+C ends everything in order; who presses it again means now. Nothing is lost by it, as nothing is lost by a kill.
/// A process that was started with SIGINT ignored (a script's <c>&amp;</c>, so that Ctrl+C to the script spares it) goes on ignoring it,
/// as is the custom; SIGTERM ends it.
/// </summary>
internal sealed class SecondInterrupt : IDisposable
{
    private const int ExitCode = 130;

    private readonly PosixSignalRegistration _registration;
    private int _presses;

    public SecondInterrupt() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, Count);

    public void Dispose() => _registration.Dispose();

    private void Count(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _presses) > 1)
        {
            Environment.Exit(ExitCode);
        }
    }
}

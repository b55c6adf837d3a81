using System.ComponentModel;
using System.Diagnostics;

namespace KubeMemory.AppHost;

/// <summary>Whether containers can be started here: asked before the model is built, because it decides which one.</summary>
internal static class ContainerRuntime
{
    /// <summary>A runtime that starts with its first question takes seconds; one that hangs must not hold everything up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Known = ["docker", "podman"];

    /// <param name="configured">The only one to ask; null: docker and podman, of which one is enough.</param>
    public static async Task<bool> AnswersAsync(string? configured, CancellationToken cancellationToken = default)
    {
        var answers = await Task.WhenAll((configured is null ? Known : [configured]).Select(name => AnswersAsync(name, Patience, cancellationToken)));
        return answers.Contains(true);
    }

    /// <summary>What to tell the user where none does.</summary>
    public static string IsMissing(string? configured) =>
        $"{(configured is null ? "Neither Docker nor Podman answers" : $"The container runtime {configured} does not answer")}: "
        + "KubeMemory.Standalone runs instead, which needs no containers; start one and run this again for PostgreSQL, Redis, Neo4j, Chroma and Ollama.";

    /// <summary>Asks one runtime as Aspire will: the client alone may be installed, and prints its version without a server.</summary>
    internal static async Task<bool> AnswersAsync(string executable, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var process = Start(executable);
        if (process is null)
        {
            return false;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(patience);
        try
        {
            // Its output is read so that it is never stuck in writing it.
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(enough.Token), process.StandardError.ReadToEndAsync(enough.Token), process.WaitForExitAsync(enough.Token));
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static Process? Start(string executable)
    {
        var start = new ProcessStartInfo(executable, ["container", "ls", "--last", "1"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            // It is not installed.
            return null;
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>
/// A real server on a port and a folder of its own. It can be stopped, killed, suspended and started again on the same port and data;
/// it ends, and its folder goes, with this object.
/// </summary>
internal abstract class ServerProcess : IAsyncDisposable
{
    private const int Tries = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Lock _outputLock = new();
    private readonly Queue<string> _output = [];
    private Process? _process;

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; private set; }

    public bool Running => _process is { HasExited: false };

    /// <summary>What a service gets as this engine's connection string.</summary>
    public abstract string ConnectionString { get; }

    protected string Folder { get; } = Directory.CreateTempSubdirectory("kubememory-server-").FullName;

    /// <summary>What it printed last, for the message of a failure.</summary>
    protected string LastOutput
    {
        get
        {
            lock (_outputLock)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts it again, on the same port and data.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A port is free until somebody else takes it between the look and the start.
        for (var attempt = 1; ; attempt++)
        {
            if (!Started)
            {
                Port = FreePort();
            }

            _process = Launch();
            if (await AnswersAsync(cancellationToken))
            {
                return;
            }

            var output = LastOutput;
            await KillAsync();
            if (attempt == Tries || Started)
            {
                throw new InvalidOperationException($"{GetType().Name} does not answer on port {Port}:\n{output}");
            }
        }
    }

    /// <summary>Ends it as an operator would; what it promised to keep is kept.</summary>
    public virtual Task StopAsync() => EndAsync("TERM");

    /// <summary>kill -9.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>kill -STOP: it keeps its connections and answers nothing.</summary>
    public virtual void Suspend() => Signal("STOP");

    public virtual void Resume() => Signal("CONT");

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>True once it has answered, so that its port is its own.</summary>
    protected bool Started { get; private set; }

    /// <summary>The command with its arguments.</summary>
    protected abstract IReadOnlyList<string> Command();

    /// <summary>One cheap question; false or an exception while it does not serve.</summary>
    protected abstract Task<bool> AskAsync(CancellationToken cancellationToken);

    /// <summary>Runs a command to its end.</summary>
    protected static async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(StartOf(command))!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await error}");
        }
    }

    private static ProcessStartInfo StartOf(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Process Launch()
    {
        var process = Process.Start(StartOf(Command()))!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        lock (_outputLock)
        {
            if (line is not null)
            {
                _output.Enqueue(line);
            }

            if (_output.Count > 50)
            {
                _output.Dequeue();
            }
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Running && Stopwatch.GetElapsedTime(started) < Patience)
        {
            try
            {
                if (await AskAsync(cancellationToken))
                {
                    Started = true;
                    return true;
                }
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Not up yet; when it never comes up, its output is what the failure says.
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        return false;
    }

    protected async Task EndAsync(string signal)
    {
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited)
        {
            // A suspended process takes no other signal than KILL.
            Signal("CONT");
            Signal(signal);
        }

        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>The process that was started; while it runs.</summary>
    protected int Id => _process!.Id;

    protected static void Signal(string name, int id)
    {
        using var kill = Process.Start("kill", ["-" + name, id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Signal(string name) => Signal(name, Id);
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Xunit;

namespace KubeMemory.Tests.Standalone;

/// <summary>The built program as a process of its own, with a home folder of its own and nothing of this one's environment about clusters.</summary>
internal sealed class StandaloneProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _error = [];
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private StandaloneProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Receive(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Receive(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string Error => Text(_error);

    public static StandaloneProcess Start(TemporaryFolder home, params IEnumerable<string> args) => Start(home, [], args);

    public static StandaloneProcess Start(TemporaryFolder home, IEnumerable<(string Name, string Value)> environment, params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = home.Path,
        };
        start.ArgumentList.Add(Program());
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("K8S_", StringComparison.Ordinal) || k is "KUBECONFIG" or "XDG_DATA_HOME").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = home.Path;
        // As under a host that sets it for one server; here are two.
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(TemporaryFolder home, params IEnumerable<string> args)
    {
        await using var process = Start(home, args);
        var exitCode = await process.WaitForExitAsync();
        return (exitCode, process.Output, process.Error);
    }

    /// <summary>The first line, of those not yet waited for, that holds the text.</summary>
    public async Task<string> WaitForLineAsync(string text)
    {
        try
        {
            while (true)
            {
                var line = await _lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{text}' did not come. Output: {Output} Error: {Error}");
        }
    }

    /// <summary>The address in the start message's line of that name.</summary>
    public async Task<Uri> WaitForAddressAsync(string name) => new((await WaitForLineAsync($"  {name} ")).Split(' ')[^1]);

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>kill -9: nothing in the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGSTOP, SIGCONT.</summary>
    public void Freeze() => Assert.Equal(0, Kill(_process.Id, 19));

    public void Thaw() => Assert.Equal(0, Kill(_process.Id, 18));

    /// <summary>Ctrl+C.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(_process.Id, 2));

    /// <summary>SIGTERM.</summary>
    public void Terminate() => Assert.Equal(0, Kill(_process.Id, 15));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static string Program()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = folder.Parent!.Name;
        while (!File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "KubeMemory.Standalone", "bin", configuration, "net10.0", "KubeMemory.Standalone.dll");
    }

    private void Receive(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            _lines.Writer.TryWrite(line);
        }
    }

    private static string Text(List<string> lines)
    {
        lock (lines)
        {
            return string.Join('\n', lines);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}

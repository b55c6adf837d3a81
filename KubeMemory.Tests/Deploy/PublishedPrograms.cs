using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KubeMemory.Tests.Deploy;
using Xunit;

[assembly: AssemblyFixture(typeof(PublishedPrograms))]

namespace KubeMemory.Tests.Deploy;

/// <summary>What goes into the images: the four programs with their runtime. Each is published once, by the first who asks.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PublishedPrograms : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, string> _published = [];

    /// <summary>The program's file.</summary>
    internal async Task<string> PublishAsync(string project, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!_published.TryGetValue(project, out var program))
            {
                OpenToAll(_folder.Path);
                var output = _folder.PathOf(project);
                await RunAsync(project, output, cancellationToken);
                _published[project] = program = Path.Combine(output, project);
            }

            return program;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A test's folder is its user's; the program runs as another one.</summary>
    internal static void OpenToAll(string folder) =>
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    public ValueTask DisposeAsync()
    {
        _one.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task RunAsync(string project, string output, CancellationToken cancellationToken)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = DeployFolder.Repository };
        foreach (var argument in (string[])
        [
            "publish", project, "-c", configuration, "--runtime", "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), "--self-contained", "-o", output,
            // When code is compiled changes nothing in what it writes, but takes a minute a program.
            "-p:PublishReadyToRun=false", "-p:RunAnalyzers=false", "--disable-build-servers", "-v", "quiet",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using var publish = Process.Start(start)!;
        var error = publish.StandardError.ReadToEndAsync(cancellationToken);
        var said = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        Assert.True(publish.ExitCode == 0, said + await error);
    }
}

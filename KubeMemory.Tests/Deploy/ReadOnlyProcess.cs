using System.Diagnostics;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>A published program as a pod runs it: user 1654, nothing to write to but its data folder, no environment but its own.</summary>
internal sealed class ReadOnlyProcess : ProgramProcess
{
    private ReadOnlyProcess(Process process)
        : base(process)
    {
    }

    /// <param name="dataFolder">Null: nothing can be written to.</param>
    public static async Task<ReadOnlyProcess> StartAsync(
        string program, TemporaryFolder? dataFolder, IEnumerable<KeyValuePair<string, string>> environment, params IEnumerable<string> arguments)
    {
        await RequireNamespacesAsync();
        if (dataFolder is not null && Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["1654:1654", dataFolder.Path]);
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var start = Unshare("sh", [Path.Combine(DeployFolder.Repository, "KubeMemory.Tests", "Deploy", "read-only.sh"), dataFolder?.Path ?? "", program, .. arguments]);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["HOME"] = "/";
        start.Environment["OUTER_USER"] = Environment.IsPrivilegedProcess ? "0" : "1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ReadOnlyProcess(Process.Start(start)!);
    }

    private static ProcessStartInfo Unshare(string command, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (IEnumerable<string>)[.. Environment.IsPrivilegedProcess ? Array.Empty<string>() : ["--user", "--map-root-user"], "--mount", "--propagation", "private", "--", command, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Some containers let nobody mount anything. There the test is skipped, or fails where everything is required.</summary>
    private static async Task RequireNamespacesAsync()
    {
        string why;
        try
        {
            using var unshare = Process.Start(Unshare("true", []))!;
            why = await unshare.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await unshare.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (unshare.ExitCode == 0)
            {
                return;
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            why = e.Message;
        }

        var missing = $"A read-only file system cannot be made here ({why.Trim()}): run the tests where a user may have mount namespaces, in a container with CAP_SYS_ADMIN.";
        Assert.SkipWhen(Environment.GetEnvironmentVariable("KUBEMEMORY_REQUIRE_ENGINES") != "1", missing);
        Assert.Fail(missing);
    }
}

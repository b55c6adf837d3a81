using System.Diagnostics;

namespace KubeMemory.Tests.Standalone;

/// <summary>The program for one machine.</summary>
internal sealed class StandaloneProcess : ProgramProcess
{
    private StandaloneProcess(Process process)
        : base(process)
    {
    }

    public static StandaloneProcess Start(TemporaryFolder home, params IEnumerable<string> args) => Start(home, [], args);

    public static StandaloneProcess Start(TemporaryFolder home, IEnumerable<(string Name, string Value)> environment, params IEnumerable<string> args) =>
        // As under a host that sets it for one server; here are two.
        new(Launch("KubeMemory.Standalone", home, [("ASPNETCORE_URLS", "http://127.0.0.1:1"), .. environment], args));

    /// <summary>Runs to the end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(TemporaryFolder home, params IEnumerable<string> args)
    {
        await using var process = Start(home, args);
        var exitCode = await process.WaitForExitAsync();
        return (exitCode, process.Output, process.Error);
    }

    /// <summary>Stands between the lines of the dashboard and the API.</summary>
    public async Task<Uri> WaitForSignInLinkAsync() =>
        new((await WaitForLineAsync("  Sign in ")).Split(' ').Single(word => word.StartsWith("http", StringComparison.Ordinal)));

    /// <summary>The address in the start message's line of that name.</summary>
    public async Task<Uri> WaitForAddressAsync(string name) => new((await WaitForLineAsync($"  {name} ")).Split(' ')[^1]);
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using KubeMemory.Simulator.Load;

namespace KubeMemory.Benchmarks.Pipeline;

/// <summary>The simulator as a process of its own, loaded with watch lines that it sends to whoever watches events.</summary>
internal sealed partial class SimulatorProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SimulatorProcess(Process process, Uri address, string kubeconfig, LoadExpected expected)
    {
        _process = process;
        Address = address;
        Kubeconfig = kubeconfig;
        Expected = expected;
    }

    public Uri Address { get; }

    public string Kubeconfig { get; }

    public LoadExpected Expected { get; }

    public static async Task<SimulatorProcess> StartAsync(int lines, string folder)
    {
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "KubeMemory.Simulator.dll"),
            "--load", lines.ToString(CultureInfo.InvariantCulture), "--load-pods", "1000", "--load-workloads", "50",
            "--port", "0", "--write-kubeconfig", kubeconfig,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The simulator did not start.");
        var address = await ReadAddressAsync(process);
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient { BaseAddress = address };
        var expected = await http.GetFromJsonAsync<LoadExpected>("/load/expected");
        return new SimulatorProcess(process, address, kubeconfig, expected!);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Serving 1000 pods and 0 events on http://127.0.0.1:45811/ (cluster 47a5…).
    private static async Task<Uri> ReadAddressAsync(Process process)
    {
        Uri? address = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Address_().Match(line) is { Success: true } match)
            {
                address = new Uri(match.Value);
            }

            if (line.StartsWith("Kubeconfig written", StringComparison.Ordinal) && address is not null)
            {
                return address;
            }
        }

        throw new InvalidOperationException("The simulator ended before it served.");
    }

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+/")]
    private static partial Regex Address_();
}

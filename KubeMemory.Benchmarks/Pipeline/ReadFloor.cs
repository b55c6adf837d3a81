using System.Diagnostics;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Watcher.Informers;

namespace KubeMemory.Benchmarks.Pipeline;

/// <summary>The floor of the reading side: the same bytes over the same kind of socket, read and parsed, and nothing else done.</summary>
internal static class ReadFloor
{
    public static async Task<TimeSpan> RunAsync(SimulatorProcess simulator)
    {
        using var http = new HttpClient { BaseAddress = simulator.Address };
        var started = Stopwatch.GetTimestamp();
        using var response = await http.GetAsync("/api/v1/events?watch=1&resourceVersion=0&fieldSelector=type!%3DNormal", HttpCompletionOption.ResponseHeadersRead);
        await using var reader = new WatchLineReader<KubeEvent>(await response.Content.ReadAsStreamAsync(), KubeJsonContext.Default.KubeEvent);
        var lines = 0L;
        while (lines < simulator.Expected.Lines && await reader.ReadAsync(CancellationToken.None) is { } changes)
        {
            lines += changes.Count;
        }

        return Stopwatch.GetElapsedTime(started);
    }
}

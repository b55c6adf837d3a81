using KubeMemory.Tests.EndToEnd.Distributed;

namespace KubeMemory.Tests.EndToEnd.Telemetry;

/// <summary>The three services, all telling of themselves.</summary>
internal static class TracedStack
{
    /// <summary>Returns when the cluster is watched, and the dashboard hears the API.</summary>
    /// <returns>Where the dashboard is.</returns>
    public static async Task<Uri> StartServicesAsync(DistributedStack stack, IReadOnlyList<(string Name, string Value)> settings)
    {
        stack.Settings = settings;
        var api = await stack.StartApiAsync();
        var (web, address) = await stack.StartWebAsync(api);
        stack.StartWatcher();
        await web.WaitForLineAsync("Live changes arrive from");
        await DistributedStack.WaitForStatusAsync(api, status => status["clusters"]!.AsArray().Any(cluster => (string?)cluster!["state"] == "watching"));
        return address;
    }
}

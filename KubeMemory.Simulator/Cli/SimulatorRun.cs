using System.Globalization;
using KubeMemory.Simulator.Captures;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Load;
using KubeMemory.Simulator.Scenarios;
using KubeMemory.Simulator.Server;
using Microsoft.AspNetCore.Connections;

namespace KubeMemory.Simulator.Cli;

/// <summary>One run of the simulator, from the arguments to Ctrl+C.</summary>
internal static class SimulatorRun
{
    private const int Failed = 1;

    public static async Task<int> RunAsync(SimulatorArguments arguments, TimeProvider time, TextWriter output, TextWriter error, CancellationToken ct)
    {
        using var state = new ClusterState(time, new ClusterOptions { EventTtl = arguments.EventTtl });
        try
        {
            await PrepareCaptureAsync(arguments, state, output).ConfigureAwait(false);
            await using var server = await SimulatorServer.StartAsync(state, OptionsFor(arguments, state, time), ct).ConfigureAwait(false);
            await AnnounceAsync(arguments, server, output).ConfigureAwait(false);
            await PlayAsync(arguments, state, time, output, ct).ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
        catch (CaptureException e)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return SimulatorCommand.BadArguments;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await error.WriteLineAsync($"Port {arguments.Port} is in use; name another with --port, or 0 for a free one.").ConfigureAwait(false);
            return Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && arguments.Kubeconfig is not null)
        {
            await error.WriteLineAsync($"The kubeconfig cannot be written to {arguments.Kubeconfig}: {e.Message}").ConfigureAwait(false);
            return Failed;
        }
    }

    private static async Task PrepareCaptureAsync(SimulatorArguments arguments, ClusterState state, TextWriter output)
    {
        if (arguments.Captures is [])
        {
            return;
        }

        var capture = CaptureLoader.Load(arguments.Captures);
        CaptureReplay.ApplyTo(capture, state);
        foreach (var warning in capture.Warnings)
        {
            await output.WriteLineAsync(warning).ConfigureAwait(false);
        }
    }

    private static SimulatorOptions OptionsFor(SimulatorArguments arguments, ClusterState state, TimeProvider time) => new()
    {
        Port = arguments.Port,
        Tls = arguments.Tls,
        Authentication = arguments.Tls ? Authentication.ClientCertificate | Authentication.Token : Authentication.None,
        Time = time,
        AcceptEvents = arguments.AcceptEvents,
        Load = arguments.Load is { } lines
            ? LoadPlan.Create(state, new LoadOptions { Lines = lines, Pods = arguments.LoadPods, Workloads = arguments.LoadWorkloads }, time)
            : null,
    };

    private static async Task AnnounceAsync(SimulatorArguments arguments, SimulatorServer server, TextWriter output)
    {
        var state = server.State;
        await output.WriteLineAsync(
            $"Serving {state.List("pods").Count} pods and {state.List("events").Count} events on {server.Address} (cluster {state.KubeSystemUid}).").ConfigureAwait(false);
        if (server.Load is { } load)
        {
            await output.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"Load: {load.Bytes / 1e6:F1} MB; a reader must count {load.Expected.ToJson().ToJsonString()}, also at {server.Address}load/expected")).ConfigureAwait(false);
        }

        var connection = $"--server {server.Address}";
        if (arguments.Kubeconfig is { } path)
        {
            server.WriteKubeconfig(path);
            await output.WriteLineAsync($"Kubeconfig written to {path}").ConfigureAwait(false);
            connection = $"--kubeconfig {path}";
        }

        await output.WriteLineAsync($"Try: kubectl {connection} get events -A -w").ConfigureAwait(false);
        await output.WriteLineAsync("Ctrl+C ends it.").ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
    }

    private static async Task PlayAsync(SimulatorArguments arguments, ClusterState state, TimeProvider time, TextWriter output, CancellationToken ct)
    {
        if (arguments.Scenario is { } name)
        {
            var scenario = ScenarioCatalog.Find(name)!;
            await output.WriteLineAsync($"Scenario {scenario.Name}: {scenario.Description}").ConfigureAwait(false);
            await scenario.RunAsync(state, new ScenarioClock(time, arguments.Speed), ct).ConfigureAwait(false);
            await output.WriteLineAsync($"Scenario {scenario.Name} is over; still serving.").ConfigureAwait(false);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, ct).ConfigureAwait(false);
    }
}

using System.CommandLine;
using KubeMemory.Simulator.Scenarios;

namespace KubeMemory.Simulator.Cli;

/// <summary>The command line. A mistake in it is one sentence and exit code 2.</summary>
internal static class SimulatorCommand
{
    public const int BadArguments = 2;

    private static readonly Option<string?> Scenario = new("--scenario") { Description = "Run a scripted scenario.", HelpName = "NAME" };
    private static readonly Option<string[]> Capture = new("--capture")
    {
        Description = "Serve a capture: a support bundle, a cluster-info dump, files of kubectl get -o json or yaml. May be given several times.",
        HelpName = "PATH",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int?> Load = new("--load") { Description = "Send N Warning events to every watch of events, as fast as it reads.", HelpName = "N" };
    private static readonly Option<int> LoadPods = new("--load-pods") { Description = "Pods that the load is about.", HelpName = "N", DefaultValueFactory = _ => 1000 };
    private static readonly Option<int> LoadWorkloads = new("--load-workloads") { Description = "Deployments over which these pods are spread.", HelpName = "N", DefaultValueFactory = _ => 50 };
    private static readonly Option<int> Port = new("--port") { Description = "The port on 127.0.0.1; 0 takes a free one.", HelpName = "N", DefaultValueFactory = _ => 0 };
    private static readonly Option<string?> Kubeconfig = new("--write-kubeconfig") { Description = "Write a kubeconfig for this server.", HelpName = "FILE" };
    private static readonly Option<bool> Tls = new("--tls") { Description = "HTTPS, and a client certificate or token is asked for; needs --write-kubeconfig." };
    private static readonly Option<double> Speed = new("--speed") { Description = "How much faster than in reality a scenario runs; 60 is a minute a second.", HelpName = "X", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> EventTtl = new("--event-ttl") { Description = "Events are deleted that long after they were last written: 90s, 30m, 1h. Without it they stay.", HelpName = "TIME" };
    private static readonly Option<bool> AcceptEvents = new("--accept-events") { Description = "Take Events that are posted, as an API server takes them from a kubelet." };

    public static async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, CancellationToken ct = default)
    {
        var root = new RootCommand("A Kubernetes API server that replays captures and scenarios, for tests, demos and benchmarks.")
        {
            Scenario, Capture, Load, LoadPods, LoadWorkloads, Port, Kubeconfig, Tls, Speed, EventTtl, AcceptEvents,
        };
        root.SetAction((result, stop) => SimulatorRun.RunAsync(Read(result), TimeProvider.System, output, error, stop));
        var parsed = root.Parse(args);
        var asksForHelp = parsed.Action is not null && parsed.Action != root.Action;
        var mistake = parsed.Errors.Count > 0 ? parsed.Errors[0].Message : asksForHelp ? null : Mistake(parsed);
        if (mistake is not null)
        {
            await error.WriteLineAsync(mistake).ConfigureAwait(false);
            return BadArguments;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, ct).ConfigureAwait(false);
    }

    private static string? Mistake(ParseResult result)
    {
        var arguments = Read(result);
        return arguments switch
        {
            { Scenario: null, Captures: [], Load: null } => "Say what to serve: --scenario NAME, --capture PATH or --load N.",
            { Scenario: { } name } when ScenarioCatalog.Find(name) is null =>
                $"There is no scenario \"{name}\"; there are: {string.Join(", ", ScenarioCatalog.All.Select(s => s.Name))}.",
            { Load: < 1 } => "--load must be at least 1.",
            { LoadPods: < 1 } => "--load-pods must be at least 1.",
            { LoadWorkloads: < 1 } => "--load-workloads must be at least 1.",
            { } when arguments.LoadWorkloads > arguments.LoadPods => "--load-workloads must not be more than --load-pods.",
            { Port: < 0 or > 65535 } => "--port must be from 0 to 65535.",
            { Speed: not (> 0 and <= 10_000) } => "--speed must be more than 0 and at most 10000.",
            { Tls: true, Kubeconfig: null } => "--tls needs --write-kubeconfig FILE: without it nobody has the credentials.",
            { EventTtl: null } when result.GetValue(EventTtl) is { } ttl => $"--event-ttl does not understand \"{ttl}\"; write 90s, 30m or 1h.",
            _ => null,
        };
    }

    private static SimulatorArguments Read(ParseResult result) => new(
        result.GetValue(Scenario),
        result.GetValue(Capture) ?? [],
        result.GetValue(Load),
        result.GetValue(LoadPods),
        result.GetValue(LoadWorkloads),
        result.GetValue(Port),
        result.GetValue(Kubeconfig),
        result.GetValue(Tls),
        result.GetValue(Speed),
        result.GetValue(EventTtl) is { } ttl ? Duration.Parse(ttl) : null,
        result.GetValue(AcceptEvents));
}

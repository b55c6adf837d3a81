using System.CommandLine;
using KubeMemory.Engines;
using KubeMemory.Simulator.Captures;
using KubeMemory.Standalone.Hosting;
using KubeMemory.Standalone.Import;
using KubeMemory.Standalone.Logging;
using KubeMemory.Standalone.Reindexing;
using KubeMemory.Watcher.Connections;
using Microsoft.Extensions.Options;

namespace KubeMemory.Standalone.Cli;

/// <summary>The command line: what there is to choose, and how a mistake is said.</summary>
internal static class StandaloneCommand
{
    /// <summary>The hosts stop within their own, shorter time; this one is for a process that hangs all the same.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(4.5);

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder to keep everything in. Default: kubememory in this user's folder for programs' data.",
        HelpName = "DIR",
        Recursive = true,
    };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "The kubeconfig to use. Default: K8S_KUBECONFIG_PATH, KUBECONFIG, then ~/.kube/config.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Context = new("--context") { Description = "The context in it. Default: K8S_CONTEXT, then the current one.", HelpName = "NAME" };

    private static readonly Option<string?> Namespaces = new("--namespaces")
    {
        Description = "Namespaces, separated by commas, or * for all. Default: K8S_NAMESPACES, then default.",
        HelpName = "LIST",
    };

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = "Where the API and the dashboard listen, in this order; port 0 is any free one. This machine only, unless people have to sign in (KubeMemory__Access__Mode). Default: \"http://localhost:8000;http://localhost:5173\".",
        HelpName = "API;DASHBOARD",
    };

    private static readonly Option<bool> Demo = new("--demo") { Description = "Watch a simulated cluster in which things go wrong, with data of its own." };

    private static readonly Option<double> DemoSpeed = new("--demo-speed")
    {
        Description = "How many minutes of the demo pass in one, up to 1000.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Support bundles, folders of \"kubectl cluster-info dump\", or files of \"kubectl get -o json|yaml\", all of one cluster.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Cluster = new("--cluster") { Description = "What to call the cluster. Default: the name of PATH.", HelpName = "NAME" };

    private static readonly Option<string?> ImportNamespaces = new("--namespaces") { Description = "Import only these, separated by commas. Default: all.", HelpName = "LIST" };

    private static readonly Argument<string> Projection = new("PROJECTION") { Description = "vectors or graph." };

    private static readonly Option<bool> Again = new("--again") { Description = "Start over, where one is under way. Default: it goes on." };

    private static readonly Option<string?> Api = new("--api")
    {
        Description = "The API that is to do it. Default: this process, or http://localhost:8000 where another one has the data folder.",
        HelpName = "URL",
    };

    private static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description = "The key to show that API. Default: KUBEMEMORY_API_KEY, then that of the data folder's file api-key, for an API on this machine.",
        HelpName = "KEY",
    };

    public static async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("KubeMemory remembers what fails in a Kubernetes cluster. Without a command: watch, with the dashboard and the API.")
        {
            Data, Kubeconfig, Context, Namespaces, Urls, Demo, DemoSpeed,
        };
        root.SetAction((parsed, cancellationToken) => StandaloneRun.RunAsync(RunOptions(parsed), output, cancellationToken));
        var import = new Command("import", "Turn a capture of a cluster into incidents, without the cluster.") { Paths, Cluster, ImportNamespaces };
        import.SetAction((parsed, cancellationToken) => ImportRun.RunAsync(ImportOptions(parsed), output, error, cancellationToken));
        root.Subcommands.Add(import);
        Projection.AcceptOnlyFromAmong("vectors", "graph");
        var reindex = new Command("reindex", "Rebuild the vectors or the graph from the incidents.") { Projection, Again, Api, ApiKey };
        reindex.SetAction((parsed, cancellationToken) => ReindexRun.RunAsync(ReindexOptions(parsed), output, error, cancellationToken));
        root.Subcommands.Add(reindex);

        using var insistence = new SecondInterrupt();
        try
        {
            return await root.Parse(args).InvokeAsync(
                new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout });
        }
        catch (Exception e) when (e is StandaloneException or DataFolderException or CaptureException or ConnectionException or OptionsValidationException)
        {
            await error.WriteLineAsync(TerminalText.Plain(e.Message));
            return 1;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Cancelled.");
            return 130;
        }
    }

    private static StandaloneOptions RunOptions(ParseResult parsed)
    {
        var (api, dashboard) = ListenAddress.ParsePair(parsed.GetValue(Urls), StandaloneAccess.EverybodySignsIn());
        var options = new StandaloneOptions(
            DataFolder(parsed),
            api,
            dashboard,
            Text(parsed, Kubeconfig),
            Text(parsed, Context),
            Text(parsed, Namespaces),
            parsed.GetValue(Demo),
            parsed.GetValue(DemoSpeed));
        return options switch
        {
            { Demo: true, Kubeconfig: not null } or { Demo: true, Context: not null } or { Demo: true, Namespaces: not null } =>
                throw new StandaloneException("--demo watches all of a cluster of its own: leave out --kubeconfig, --context and --namespaces, or leave out --demo."),
            { DemoSpeed: not (> 0 and <= 1000) } => throw new StandaloneException("--demo-speed must be more than 0 and at most 1000."),
            _ => options,
        };
    }

    private static ImportOptions ImportOptions(ParseResult parsed) =>
        new(DataFolder(parsed), [.. parsed.GetValue(Paths)!.Select(UserPath.Full)], Text(parsed, Cluster), Text(parsed, ImportNamespaces));

    private static ReindexOptions ReindexOptions(ParseResult parsed) =>
        new(DataFolder(parsed), parsed.GetValue(Projection)!, parsed.GetValue(Again), Text(parsed, Api) is { } api ? ApiAddress(api) : null, Text(parsed, ApiKey));

    private static Uri ApiAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? new Uri(address.AbsoluteUri.TrimEnd('/') + "/")
            : throw new StandaloneException($"--api holds '{text}', which is no http address; write it like http://127.0.0.1:8000.");

    private static string DataFolder(ParseResult parsed) => Text(parsed, Data) is { } named ? UserPath.Full(named) : StandaloneOptions.DefaultDataFolder();

    /// <summary>An empty value is an absent one, as in the environment: a script's variable that is not set.</summary>
    private static string? Text(ParseResult parsed, Option<string?> option) => string.IsNullOrWhiteSpace(parsed.GetValue(option)) ? null : parsed.GetValue(option)!.Trim();
}

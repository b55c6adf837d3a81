using KubeMemory.Engines;
using KubeMemory.Simulator.Captures;
using KubeMemory.Standalone.Cli;
using KubeMemory.Standalone.Hosting;
using KubeMemory.Standalone.Logging;
using Microsoft.Extensions.Options;

namespace KubeMemory.Standalone.Import;

/// <summary>The command <c>import</c>.</summary>
internal static class ImportRun
{
    /// <exception cref="CaptureException">The capture cannot be read.</exception>
    /// <exception cref="DataFolderException">The data folder cannot be used.</exception>
    public static async Task<int> RunAsync(ImportOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var namespaces = NamespacesOf(options);
        // A mistake in a setting is said before a long reading.
        _ = IncidentSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        var progress = new ImportProgress(error, inPlace: ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);
        progress.Say("Reading the capture");
        var capture = Named(await Task.Run(() => CaptureLoader.Load(options.Paths), cancellationToken), options.Cluster);

        using var loggers = LoggerFactory.Create(logging => logging.AddConsoleLog(toError: true));
        await using var engines = await CommandEngines.OpenAsync(options.DataFolder, loggers, _ => { }, cancellationToken);
        var import = new CaptureImport(capture, options.Cluster ?? NameOf(options.Paths[0]), namespaces, engines.Services, TimeProvider.System);
        var result = await import.RunAsync(progress, cancellationToken);
        await output.WriteAsync(ImportSummary.Text(result));
        return 0;
    }

    private static IReadOnlyList<string> NamespacesOf(ImportOptions options)
    {
        try
        {
            return WatchSettings.Namespaces(options.Namespaces);
        }
        catch (OptionsValidationException e)
        {
            throw new StandaloneException(WatchSettings.InUsersWords(e.Message, kubeconfig: null, context: null, options.Namespaces), e);
        }
    }

    /// <summary>A capture that does not say which cluster it is of is of the one that the user names: so two of the same meet.</summary>
    private static Capture Named(Capture capture, string? cluster) => cluster is null || capture.IdentifiesCluster
        ? capture
        : capture with { ClusterId = Capture.ClusterIdOf(cluster) };

    /// <summary><c>../captures/prod-eu.tar.gz</c> is called prod-eu.</summary>
    private static string NameOf(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        foreach (var ending in (string[])[".tar.gz", ".tgz", ".json", ".yaml", ".yml"])
        {
            name = name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? name[..^ending.Length] : name;
        }

        return name.Length > 0 ? name : "capture";
    }
}

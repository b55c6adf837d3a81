using KubeMemory.Engines;
using KubeMemory.Simulator.Captures;
using KubeMemory.Standalone.Logging;
using KubeMemory.Watcher;

namespace KubeMemory.Standalone.Import;

/// <summary>The command <c>import</c>.</summary>
internal static class ImportRun
{
    /// <exception cref="CaptureException">The capture cannot be read.</exception>
    /// <exception cref="DataFolderException">The data folder cannot be used.</exception>
    public static async Task<int> RunAsync(ImportOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var progress = new ImportProgress(error, inPlace: ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);
        progress.Say("Reading the capture");
        var capture = await Task.Run(() => CaptureLoader.Load(options.Paths), cancellationToken);

        using var loggers = LoggerFactory.Create(logging => logging.AddConsoleLog(toError: true));
        var incidents = IncidentSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        await using var engines = await EmbeddedEngines.OpenAsync(options.DataFolder, incidents, TimeProvider.System, loggers, cancellationToken);
        var namespaces = options.Namespaces is null ? [WatcherOptions.AllNamespaces] : WatcherOptions.ParseNamespaces(options.Namespaces);
        var import = new CaptureImport(capture, options.Cluster ?? NameOf(options.Paths[0]), namespaces, engines, incidents, TimeProvider.System);
        var result = await import.RunAsync(progress, cancellationToken);
        await output.WriteAsync(ImportSummary.Text(result));
        return 0;
    }

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

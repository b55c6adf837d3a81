using System.Globalization;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines;
using KubeMemory.Standalone.Import;
using KubeMemory.Standalone.Logging;

namespace KubeMemory.Standalone.Reindexing;

/// <summary>The command <c>reindex</c>: by the API that runs on the data folder, else by this process. Ended before its time, it goes on with the next run.</summary>
internal static class ReindexRun
{
    private static readonly Uri DefaultApi = new("http://localhost:8000");

    /// <exception cref="DataFolderException">The data folder cannot be used.</exception>
    /// <exception cref="Cli.StandaloneException">The API does not answer, or refuses.</exception>
    public static async Task<int> RunAsync(ReindexOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var progress = new ImportProgress(error, inPlace: ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);
        ReindexProgress end;
        try
        {
            end = options.Api is { } api
                ? await RemoteAsync(api, folder: null, options, progress, cancellationToken)
                : await HereAsync(options, progress, cancellationToken);
        }
        catch (DataFolderException e) when (e.IsHeld)
        {
            end = await RemoteAsync(DefaultApi, options.DataFolder, options, progress, cancellationToken);
        }
        finally
        {
            progress.Done();
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Rebuilt {end.Projector} into {end.Target}: {end.Total:N0} incidents."));
        return 0;
    }

    private static async Task<ReindexProgress> HereAsync(ReindexOptions options, ImportProgress progress, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        using var loggers = LoggerFactory.Create(logging => logging.AddConsoleLog(toError: true).SetMinimumLevel(LogLevel.Warning));
        await using var engines = await EmbeddedEngines.OpenAsync(options.DataFolder, IncidentSettings.Read(configuration), TimeProvider.System, loggers, cancellationToken);
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(loggers);
        services.AddLogging();
        // The same engines as the program's own hosts: what a connection string names is what is rebuilt.
        services.AddSignalEngines(configuration, engines).AddIncidentEngines(configuration, engines).AddMemoryEngines(configuration);
        services.AddMemory();
        await using var provider = services.BuildServiceProvider();
        var end = await provider.GetRequiredService<OfflineReindex>().RunAsync(options.Projection, options.Again, (now, waits) => Say(progress, now, waits), cancellationToken);
        var aside = (await provider.GetRequiredService<IOutbox>().CountAsync(cancellationToken)).FirstOrDefault(count => count.Projector == options.Projection)?.DeadLetters ?? 0;
        if (aside > 0)
        {
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"Put aside, because the engine refuses them: {aside:N0} incidents; GET /api/dead-letters says why"));
        }

        return end;
    }

    private static async Task<ReindexProgress> RemoteAsync(
        Uri api, string? folder, ReindexOptions options, ImportProgress progress, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = api };
        var remote = new RemoteReindex(http, folder, TimeProvider.System);
        return await remote.RunAsync(options.Projection, options.Again, now => Say(progress, now, waits: null), cancellationToken);
    }

    private static void Say(ImportProgress progress, ReindexProgress now, string? waits) =>
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"Rebuilding {now.Projector} into {now.Target}: {now.Done:N0} of {now.Total:N0} incidents{(waits is null ? "" : $" ({waits.TrimEnd('.')}; waiting)")}"));
}

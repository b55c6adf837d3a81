using System.Globalization;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Standalone.Hosting;
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
        using var loggers = LoggerFactory.Create(logging => logging.AddConsoleLog(toError: true).SetMinimumLevel(LogLevel.Warning));
        await using var engines = await CommandEngines.OpenAsync(options.DataFolder, loggers, services => services.AddMemory(), cancellationToken);
        var end = await engines.Services.GetRequiredService<OfflineReindex>().RunAsync(options.Projection, options.Again, (now, waits) => Say(progress, now, waits), cancellationToken);
        var aside = (await engines.Services.GetRequiredService<IOutbox>().CountAsync(cancellationToken)).FirstOrDefault(count => count.Projector == options.Projection)?.DeadLetters ?? 0;
        if (aside > 0)
        {
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"Put aside, because the engine refuses them: {aside:N0} incidents; GET /api/dead-letters says why"));
        }

        return end;
    }

    private static async Task<ReindexProgress> RemoteAsync(
        Uri api, string? folder, ReindexOptions options, ImportProgress progress, CancellationToken cancellationToken)
    {
        // A key goes to the API that was named, and nowhere that an answer points to.
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = api };
        if (RemoteKey.Of(options.ApiKey, api, options.DataFolder) is { } key)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(AccessHeaders.Key, key);
        }

        var remote = new RemoteReindex(http, folder, TimeProvider.System);
        return await remote.RunAsync(options.Projection, options.Again, now => Say(progress, now, waits: null), cancellationToken);
    }

    private static void Say(ImportProgress progress, ReindexProgress now, string? waits) =>
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"Rebuilding {now.Projector} into {now.Target}: {now.Done:N0} of {now.Total:N0} incidents{(waits is null ? "" : $" ({waits.TrimEnd('.')}; waiting)")}"));
}

using System.Net;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Standalone.Cli;
using Microsoft.AspNetCore.Mvc;

namespace KubeMemory.Standalone.Reindexing;

/// <summary>A rebuild by a running API, watched until it is complete.</summary>
/// <param name="folder">The data folder that somebody has, where that is why the API is asked.</param>
internal sealed class RemoteReindex(HttpClient http, string? folder, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <exception cref="StandaloneException">The API does not answer, or refuses.</exception>
    public async Task<ReindexProgress> RunAsync(string projection, bool again, Action<ReindexProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            var query = again ? "?again=true" : "";
            using var begun = await http.PostAsync(new Uri($"api/reindex/{projection}{query}", UriKind.Relative), content: null, cancellationToken);
            var now = await ReadAsync<ReindexProgress>(begun, cancellationToken);
            while (true)
            {
                progress(now);
                if (!now.Rebuilding)
                {
                    return now;
                }

                await Task.Delay(Poll, time, cancellationToken);
                using var looked = await http.GetAsync(new Uri("api/reindex", UriKind.Relative), cancellationToken);
                now = (await ReadAsync<List<ReindexProgress>>(looked, cancellationToken)).Find(one => one.Projector == projection)
                    ?? throw new StandaloneException($"The API at {http.BaseAddress} does not know of the rebuild any more: start it again.");
            }
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new StandaloneException(folder is null
                ? $"The API at {http.BaseAddress} does not answer ({e.Message.TrimEnd('.')}): correct --api."
                : $"The data folder {folder} is in use by another KubeMemory process, whose API does not answer at {http.BaseAddress}: name its address with --api, or stop it.", e);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return (await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellationToken))!;
        }

        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new StandaloneException($"The API at {response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority)} wants an operator's key to do this: give it with --api-key or {RemoteKey.Variable}.");
        }

        // {"title":"Service Unavailable","status":503,"detail":"The embedding model does not answer; try again in a moment (…)."}
        var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken);
        throw new StandaloneException($"The API refuses: {problem?.Detail ?? response.StatusCode.ToString()}");
    }
}

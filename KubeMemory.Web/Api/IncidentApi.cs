using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Web.Incidents;

namespace KubeMemory.Web.Api;

/// <summary>The API as the pages see it. Every failure is an <see cref="ApiFailureException"/> in plain words.</summary>
internal sealed class IncidentApi(HttpClient client)
{
    public Uri Address => client.BaseAddress!;

    public Task<IncidentPage> ListAsync(IncidentFilter filter, CancellationToken cancellationToken) =>
        ReadAsync<IncidentPage>(() => client.GetAsync(new Uri("api/incidents/" + filter.ToQueryString(), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken);

    public Task<IncidentDetail> GetAsync(long id, CancellationToken cancellationToken) =>
        ReadAsync<IncidentDetail>(() => client.GetAsync(new Uri(FormattableString.Invariant($"api/incidents/{id}"), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken);

    public Task<SystemStatus> StatusAsync(CancellationToken cancellationToken) =>
        ReadAsync<SystemStatus>(() => client.GetAsync(new Uri("api/status", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken);

    /// <summary>Sets the status; the incident as it is then.</summary>
    public Task<IncidentSummary> SetStatusAsync(long id, IncidentStatus status, CancellationToken cancellationToken) =>
        ReadAsync<IncidentSummary>(
            () => client.PatchAsJsonAsync(
                new Uri(FormattableString.Invariant($"api/incidents/{id}"), UriKind.Relative),
                new IncidentPatch(status.ToWire()),
                ContractJson.Options,
                cancellationToken),
            cancellationToken);

    private async Task<T> ReadAsync<T>(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await send();
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, cancellationToken);
            }

            return await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellationToken)
                ?? throw new JsonException("The answer is empty.");
        }
        catch (HttpRequestException e)
        {
            throw new ApiFailureException(ApiFailureKind.Unreachable, Unreachable(e), e);
        }
        catch (IOException e)
        {
            throw new ApiFailureException(ApiFailureKind.Unreachable, $"The connection to the KubeMemory API at {Address} broke off.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiFailureException(ApiFailureKind.Unreachable, $"The KubeMemory API at {Address} did not answer within {client.Timeout.TotalSeconds:0} s.", e);
        }
        catch (JsonException e)
        {
            throw new ApiFailureException(ApiFailureKind.Fault, $"The KubeMemory API at {Address} sent an answer that this dashboard cannot read. Are both of the same version?", e);
        }
    }

    private string Unreachable(HttpRequestException e) => (e.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"The KubeMemory API at {Address} does not answer: connection refused. Is it running?",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"The KubeMemory API's host {Address.Host} cannot be found. Check KubeMemory:ApiAddress.",
        _ => $"The KubeMemory API at {Address} does not answer.",
    };

    // {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"Bad Request","status":400,"detail":"severity 'huge' is unknown; use low, medium, high or critical."}
    private static async Task<ApiFailureException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var said = await ProblemAsync(response, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound => new(ApiFailureKind.NotFound, said ?? "There is no such incident."),
            >= HttpStatusCode.InternalServerError => new(ApiFailureKind.Fault, said ?? $"The KubeMemory API failed ({(int)response.StatusCode}). Its log says why."),
            _ => new(ApiFailureKind.Refused, said ?? $"The KubeMemory API refused the request ({(int)response.StatusCode})."),
        };
    }

    private static async Task<string?> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        try
        {
            var problem = await response.Content.ReadFromJsonAsync<Problem>(JsonSerializerOptions.Web, cancellationToken);
            return problem?.Detail ?? problem?.Title;
        }
        catch (JsonException)
        {
            // The status code then speaks for itself.
            return null;
        }
    }

    private sealed record Problem(string? Title, string? Detail);
}

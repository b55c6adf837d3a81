using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Web.Incidents;
using KubeMemory.Web.SignIn;

namespace KubeMemory.Web.Api;

/// <summary>
/// The API as the pages see it, asked for whoever looks at the page. Every failure is an <see cref="ApiFailureException"/> in plain words.
/// </summary>
internal sealed class IncidentApi(HttpClient client, ServiceKey key, CircuitAuthentication visitor)
{
    public Uri Address => client.BaseAddress!;

    public async Task<IncidentPage> ListAsync(IncidentFilter filter, CancellationToken cancellationToken) =>
        await ReadAsync<IncidentPage>(await ForReaderAsync("api/incidents/" + filter.ToQueryString()), cancellationToken);

    public async Task<IncidentDetail> GetAsync(long id, CancellationToken cancellationToken) =>
        await ReadAsync<IncidentDetail>(await ForReaderAsync(FormattableString.Invariant($"api/incidents/{id}")), cancellationToken);

    /// <summary>The system's own state, for all pages together and for nobody in particular.</summary>
    public Task<SystemStatus> StatusAsync(CancellationToken cancellationToken) =>
        ReadAsync<SystemStatus>(Request(HttpMethod.Get, "api/status"), cancellationToken);

    /// <summary>Sets the status; the incident as it is then.</summary>
    public async Task<IncidentSummary> SetStatusAsync(long id, IncidentStatus status, CancellationToken cancellationToken) =>
        await ReadAsync<IncidentSummary>(
            await ForOperatorAsync(HttpMethod.Patch, FormattableString.Invariant($"api/incidents/{id}"), new IncidentPatch(status.ToWire())), cancellationToken);

    public async Task<AnalysisView> GetAnalysisAsync(long id, CancellationToken cancellationToken) =>
        await ReadAsync<AnalysisView>(await ForReaderAsync(FormattableString.Invariant($"api/agents/analysis/{id}/")), cancellationToken);

    /// <summary>Asks for a new analysis; it comes when its turn is.</summary>
    public async Task AnalyseAsync(long id, CancellationToken cancellationToken) =>
        await SendAsync(await ForOperatorAsync(HttpMethod.Post, FormattableString.Invariant($"api/agents/analyze/{id}/")), cancellationToken);

    public async Task CancelAnalysisAsync(long id, CancellationToken cancellationToken) =>
        await SendAsync(await ForOperatorAsync(HttpMethod.Delete, FormattableString.Invariant($"api/agents/analyze/{id}/")), cancellationToken);

    /// <summary>Changes nothing, so that whoever may look may have it.</summary>
    public async Task<Runbook> RunbookAsync(long id, CancellationToken cancellationToken) =>
        await ReadAsync<Runbook>(await ForReaderAsync(FormattableString.Invariant($"api/agents/runbook/{id}/"), HttpMethod.Post), cancellationToken);

    public async Task<SimilarIncidentList> SimilarAsync(long id, int limit, CancellationToken cancellationToken) =>
        await ReadAsync<SimilarIncidentList>(await ForReaderAsync(FormattableString.Invariant($"api/incidents/{id}/similar/?limit={limit}&scope=all")), cancellationToken);

    public async Task<IncidentCorrelation> CorrelationAsync(long id, CancellationToken cancellationToken) =>
        await ReadAsync<IncidentCorrelation>(await ForReaderAsync(FormattableString.Invariant($"api/incidents/{id}/correlation/")), cancellationToken);

    public async Task<FixesOfIncident> FixesAsync(long id, CancellationToken cancellationToken) =>
        await ReadAsync<FixesOfIncident>(await ForReaderAsync(FormattableString.Invariant($"api/incidents/{id}/fixes/")), cancellationToken);

    public async Task AddFixAsync(long id, FixCreate fix, CancellationToken cancellationToken) =>
        await SendAsync(await ForOperatorAsync(HttpMethod.Post, FormattableString.Invariant($"api/incidents/{id}/fixes/"), fix), cancellationToken);

    public async Task EditFixAsync(long fixId, FixPatch patch, CancellationToken cancellationToken) =>
        await SendAsync(await ForOperatorAsync(HttpMethod.Patch, FormattableString.Invariant($"api/fixes/{fixId}/"), patch), cancellationToken);

    public async Task DeleteFixAsync(long fixId, CancellationToken cancellationToken) =>
        await SendAsync(await ForOperatorAsync(HttpMethod.Delete, FormattableString.Invariant($"api/fixes/{fixId}/")), cancellationToken);

    /// <summary>A change. Refused here already where whoever looks may not: a page can be told to try.</summary>
    private async Task<HttpRequestMessage> ForOperatorAsync(HttpMethod method, string path, object? body = null)
    {
        var person = await visitor.PersonAsync();
        if (person.CannotActBecause is { } reason)
        {
            throw new ApiFailureException(ApiFailureKind.Refused, reason);
        }

        var request = Request(method, path, person);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: ContractJson.Options);
        return request;
    }

    private async Task<HttpRequestMessage> ForReaderAsync(string path, HttpMethod? method = null)
    {
        var person = await visitor.PersonAsync();
        return person.MayLook
            ? Request(method ?? HttpMethod.Get, path, person)
            : throw new ApiFailureException(ApiFailureKind.Refused, "Your sign-in has ended. Sign in again.");
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, Person? person = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (person is not null)
        {
            request.Headers.TryAddWithoutValidation(AccessHeaders.User, Uri.EscapeDataString(person.Name ?? AccessIdentity.Nobody));
            request.Headers.TryAddWithoutValidation(AccessHeaders.Role, person.Role);
        }

        return request;
    }

    private Task<T> ReadAsync<T>(HttpRequestMessage message, CancellationToken cancellationToken) => AskAsync(
        message,
        async response => await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellationToken) ?? throw new JsonException("The answer is empty."),
        cancellationToken);

    /// <summary>That it was taken is all there is to know.</summary>
    private async Task SendAsync(HttpRequestMessage message, CancellationToken cancellationToken) =>
        await AskAsync(message, _ => Task.FromResult(true), cancellationToken);

    private async Task<T> AskAsync<T>(HttpRequestMessage message, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            using var request = message;
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? await read(response) : throw await RefusalAsync(response, cancellationToken);
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
    private async Task<ApiFailureException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var said = await ProblemAsync(response, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new(ApiFailureKind.Fault, $"The KubeMemory API at {Address} does not take this dashboard's service key. {key.Remedy}"),
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

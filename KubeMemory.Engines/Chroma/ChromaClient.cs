using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Polly.Timeout;

namespace KubeMemory.Engines.Chroma;

/// <summary>
/// Chroma's HTTP API v2. An answer of null: the collection is not there. Other faults are <see cref="EngineUnavailableException"/>, which
/// passes or is the operator's to mend (a wrong token, a server that is no Chroma), and <see cref="ProjectionRejectedException"/>, which is about
/// what was sent.
/// </summary>
internal sealed class ChromaClient(IHttpClientFactory factory, ChromaConnection connection)
{
    public const string HttpName = "chroma";
    public const string ProbeHttpName = "chroma-probe";

    private const string Collections = "api/v2/tenants/default_tenant/databases/default_database/collections";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Name => connection.Name;

    public async Task HeartbeatAsync(CancellationToken cancellationToken) =>
        _ = await SendAsync(HttpMethod.Get, "api/v2/heartbeat", null, cancellationToken, ProbeHttpName) ?? throw NotChroma("its API v2 is not there", null);

    public async Task<ChromaPreFlight> PreFlightAsync(CancellationToken cancellationToken) =>
        await AskAsync<ChromaPreFlight>(HttpMethod.Get, "api/v2/pre-flight-checks", null, cancellationToken) ?? throw NotChroma("its API v2 is not there", null);

    public Task<ChromaCollection?> FindAsync(string name, CancellationToken cancellationToken) =>
        AskAsync<ChromaCollection>(HttpMethod.Get, $"{Collections}/{name}", null, cancellationToken);

    public async Task<ChromaCollection> FindOrCreateAsync(string name, VectorSpace space, CancellationToken cancellationToken) =>
        await AskAsync<ChromaCollection>(HttpMethod.Post, Collections, ChromaBodies.Create(name, space), cancellationToken)
            ?? throw NotChroma("its default database is not there", null);

    public async Task<ChromaCollection[]> ListAsync(int limit, int offset, CancellationToken cancellationToken) =>
        await AskAsync<ChromaCollection[]>(HttpMethod.Get, Page(limit, offset), null, cancellationToken) ?? throw NotChroma("its default database is not there", null);

    /// <summary>Null or not, it is gone then.</summary>
    public Task DropAsync(string name, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, $"{Collections}/{name}", null, cancellationToken);

    public async Task<bool?> UpsertAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Post, $"{Collections}/{id}/upsert", body, cancellationToken) is null ? null : true;

    public async Task<bool?> DeleteAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Post, $"{Collections}/{id}/delete", body, cancellationToken) is null ? null : true;

    public Task<ChromaQueryReply?> QueryAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        AskAsync<ChromaQueryReply>(HttpMethod.Post, $"{Collections}/{id}/query", body, cancellationToken);

    public Task<ChromaGetReply?> GetAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        AskAsync<ChromaGetReply>(HttpMethod.Post, $"{Collections}/{id}/get", body, cancellationToken);

    /// <summary>The answer is the bare number.</summary>
    public Task<long?> CountAsync(string id, CancellationToken cancellationToken) =>
        AskAsync<long?>(HttpMethod.Get, $"{Collections}/{id}/count", null, cancellationToken);

    private static string Page(int limit, int offset) => string.Create(CultureInfo.InvariantCulture, $"{Collections}?limit={limit}&offset={offset}");

    private async Task<T?> AskAsync<T>(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        if (await SendAsync(method, path, body, cancellationToken) is not { } answer)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(answer, Json);
        }
        catch (JsonException e)
        {
            throw NotChroma("it does not speak as Chroma does", e);
        }
    }

    private async Task<byte[]?> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken, string httpName = HttpName)
    {
        using var http = factory.CreateClient(httpName);
        using var request = new HttpRequestMessage(method, path);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode ? answer : Refused(response, answer);
        }
        catch (HttpRequestException e)
        {
            throw new EngineUnavailableException(Name, e);
        }
        catch (Exception e) when (e is TimeoutRejectedException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineUnavailableException(Name, new TimeoutException("it was silent for too long", e));
        }
    }

    /// <returns>Null where the collection is not there.</returns>
    private byte[]? Refused(HttpResponseMessage response, byte[] answer)
    {
        var status = response.StatusCode;
        var error = ErrorOf(answer);
        var said = (error?.Message ?? response.ReasonPhrase ?? "no reason given").TrimEnd('.');
        return status switch
        {
            HttpStatusCode.NotFound when error?.Error == "NotFoundError" => null,
            // In Chroma's own words only, unless it is the size: what a proxy refuses would be refused whatever the record.
            HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity
                when error?.Error is not null || status == HttpStatusCode.RequestEntityTooLarge => throw new ProjectionRejectedException($"{Name} refuses it ({(int)status}): {said}."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                throw NotChroma($"it refuses the Token of the connection string \"chroma\" ({(int)status})", null),
            _ => throw NotChroma($"it answers {(int)status}, {said}", null),
        };
    }

    private static ChromaError? ErrorOf(byte[] answer)
    {
        try
        {
            return JsonSerializer.Deserialize<ChromaError>(answer, Json);
        }
        catch (JsonException)
        {
            // A proxy's page: the status says what there is to say.
            return null;
        }
    }

    private EngineUnavailableException NotChroma(string why, Exception? inner) => new(Name, new InvalidOperationException(why, inner));
}

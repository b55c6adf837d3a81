using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Neo4j;

/// <summary>
/// Neo4j's HTTP Query API. Faults are <see cref="EngineUnavailableException"/>, which passes or is the operator's to mend, and
/// <see cref="ProjectionRejectedException"/>, which is about what was sent. Thread-safe.
/// </summary>
internal sealed partial class Neo4jClient(IHttpClientFactory clients, Neo4jConnection connection, Neo4jTiming timing, TimeProvider time, ILogger<Neo4jClient> logger)
{
    public const string HttpName = "neo4j";

    /// <summary>As the API's names are; a parameter's null is sent, for a statement reads it.</summary>
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Bookmarks _bookmarks = new();
    private readonly AuthenticationHeaderValue _credentials =
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.Username}:{connection.Password}")));

    private int _absences;

    /// <summary>Grows whenever the server was not there: it may come back without its data, and then without its constraints.</summary>
    public int Absences => Volatile.Read(ref _absences);

    /// <param name="parameters">An object with the statement's parameters; null where it has none.</param>
    public Task<Neo4jData> ReadAsync(CypherStatement statement, object? parameters, CancellationToken cancellationToken) =>
        AskAsync(statement, parameters, timing.Read, timing.Tries, cancellationToken);

    /// <inheritdoc cref="ReadAsync"/>
    public Task<Neo4jData> WriteAsync(CypherStatement statement, object? parameters, CancellationToken cancellationToken) =>
        AskAsync(statement, parameters, timing.Write, timing.Tries, cancellationToken);

    /// <summary>Once, and briefly.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) => AskAsync(CypherStatements.Ping, null, timing.Probe, 1, cancellationToken);

    private async Task<Neo4jData> AskAsync(CypherStatement statement, object? parameters, TimeSpan patience, int tries, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (data, fault, exception) = await TryAsync(statement, parameters, patience, cancellationToken).ConfigureAwait(false);
            if (fault is null)
            {
                return data!;
            }

            if (fault.Kind == FaultKind.Gone)
            {
                _bookmarks.Forget();
                Interlocked.Increment(ref _absences);
            }

            if (attempt >= tries || fault.Kind is FaultKind.Setting or FaultKind.Refused)
            {
                throw Final(statement, fault, exception);
            }

            Log.Again(logger, connection.Name, statement.Name, fault.Why, attempt);
            await Task.Delay(DelayAfter(attempt), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(Neo4jData? Data, Neo4jFault? Fault, Exception? Exception)> TryAsync(
        CypherStatement statement, object? parameters, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await SendAsync(statement, parameters, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, new Neo4jFault(FaultKind.Gone, e.Message.TrimEnd('.')), e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new Neo4jFault(FaultKind.Gone, "it was silent for too long"), new TimeoutException("It was silent for too long.", e));
        }
        catch (JsonException e)
        {
            return (null, new Neo4jFault(FaultKind.Passing, "it does not speak as Neo4j does"), e);
        }
    }

    // {"statement":"MATCH … $id …","parameters":{"id":42},"bookmarks":["FB:kcwQ…"]}
    private async Task<(Neo4jData? Data, Neo4jFault? Fault, Exception? Exception)> SendAsync(
        CypherStatement statement, object? parameters, CancellationToken cancellationToken)
    {
        var sent = _bookmarks.Current;
        using var http = clients.CreateClient(HttpName);
        using var request = new HttpRequestMessage(HttpMethod.Post, connection.Query);
        request.Headers.Authorization = _credentials;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var body = JsonSerializer.SerializeToUtf8Bytes(new { Statement = statement.Text, Parameters = parameters ?? new { }, Bookmarks = sent }, Json);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            return (null, Neo4jFault.Of(response.StatusCode, ErrorOf(answer), connection.Database), null);
        }

        var reply = JsonSerializer.Deserialize<Neo4jReply>(answer, Json) ?? throw new JsonException("The answer is null.");
        if (reply.Error is { } error)
        {
            return (null, Neo4jFault.Of(response.StatusCode, error, connection.Database), null);
        }

        _bookmarks.Replace(sent, reply.Bookmarks ?? []);
        return (reply.Data ?? (reply.Bookmarks is null ? throw new JsonException("The answer has no data.") : Neo4jData.None), null, null);
    }

    private static Neo4jError? ErrorOf(byte[] answer)
    {
        try
        {
            return JsonSerializer.Deserialize<Neo4jReply>(answer, Json)?.Error;
        }
        catch (JsonException)
        {
            // A proxy's page: the status says what there is to say.
            return null;
        }
    }

    private Exception Final(CypherStatement statement, Neo4jFault fault, Exception? exception)
    {
        if (fault.Kind is FaultKind.Refused or FaultKind.Collision)
        {
            return new ProjectionRejectedException($"{connection.Name} refuses \"{statement.Name}\": {fault.Why}.", exception);
        }

        return new EngineUnavailableException(connection.Name, exception is HttpRequestException or TimeoutException or IOException
            ? exception
            : new InvalidOperationException(fault.Why, exception));
    }

    private TimeSpan DelayAfter(int attempt)
    {
        // Several projectors that lost one deadlock must not meet again.
        var longest = timing.Delay * (1 << (attempt - 1));
        return (longest / 2) + (longest / 2 * Random.Shared.NextDouble());
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "{Engine}: \"{Statement}\" did not go through, attempt {Attempt}: {Why}")]
        public static partial void Again(ILogger logger, string engine, string statement, string why, int attempt);
    }
}

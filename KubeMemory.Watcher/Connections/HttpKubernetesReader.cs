using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Watcher.Informers;

namespace KubeMemory.Watcher.Connections;

/// <summary>Reads a cluster over HTTP with the client that the KubernetesClient package has authenticated.</summary>
/// <param name="tlsServerName">What the certificate must be for; null: the server's host.</param>
/// <param name="authenticate">Puts a token, which may rotate, on each request; null where a client certificate or nothing is used.</param>
internal sealed class HttpKubernetesReader(
    HttpClient http, ServerRoute route, Func<HttpRequestMessage, CancellationToken, Task>? authenticate, TimeProvider time, string? tlsServerName = null) : IKubernetesReader
{
    /// <summary>For everything but the body of a watch.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A server that has not ended a watch this long after the timeout it was given is mute.</summary>
    public static readonly TimeSpan MuteAfter = TimeSpan.FromSeconds(10);

    private const int MaxErrorBytes = 64 << 10;

    private readonly Uri _base = route.Server.AbsolutePath.EndsWith('/') ? route.Server : new Uri(route.Server.AbsoluteUri + "/");

    public async Task<ListPage<T>> ListAsync<T>(KubeResource<T> resource, string? ns, int? limit, string? continueToken, CancellationToken cancellationToken)
        where T : class
    {
        var query = new QueryString(resource.Path(ns)).Add("fieldSelector", resource.FieldSelector).Add("limit", limit).Add("continue", continueToken);
        var body = await SendAsync(HttpMethod.Get, query.ToString(), null, $"list {resource.Plural}", ns, ReadBytesAsync, cancellationToken).ConfigureAwait(false);
        return ListParser.Parse(resource, body);
    }

    public async Task<T?> GetAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var body = await SendAsync(HttpMethod.Get, $"{resource.Path(ns)}/{Uri.EscapeDataString(name)}", null, $"get {resource.Plural}", ns, ReadBytesAsync, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, resource.Type);
        }
        catch (KubernetesException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw StatusSentences.FromFailure(e, route, $"get {resource.Plural}");
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<WatchChange<T>>> WatchAsync<T>(
        KubeResource<T> resource, string? ns, string resourceVersion, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var what = $"watch {resource.Plural}";
        var seconds = Math.Max(1, (int)timeout.TotalSeconds);
        var query = new QueryString(resource.Path(ns)).Add("watch", "1").Add("fieldSelector", resource.FieldSelector)
            .Add("resourceVersion", resourceVersion).Add("allowWatchBookmarks", "true").Add("timeoutSeconds", seconds);
        using var mute = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + MuteAfter, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, mute.Token);
        using var response = await GuardAsync(token => OpenAsync(HttpMethod.Get, query.ToString(), null, what, ns, token), what, cancellationToken, deadline.Token).ConfigureAwait(false);
        var stream = await GuardAsync(token => response.Content.ReadAsStreamAsync(token), what, cancellationToken, deadline.Token).ConfigureAwait(false);
        await using var lines = new WatchLineReader<T>(stream, resource.Type);
        while (await GuardAsync(token => lines.ReadAsync(token).AsTask(), what, cancellationToken, deadline.Token).ConfigureAwait(false) is { } changes)
        {
            yield return changes;
        }
    }

    public async Task<string> GetLogAsync(LogQuery query, CancellationToken cancellationToken)
    {
        var path = $"api/v1/namespaces/{Uri.EscapeDataString(query.Namespace)}/pods/{Uri.EscapeDataString(query.Pod)}/log";
        var address = new QueryString(path).Add("container", query.Container).Add("tailLines", query.TailLines).Add("limitBytes", query.LimitBytes);
        if (query.Previous)
        {
            address.Add("previous", "true");
        }

        return await SendAsync(HttpMethod.Get, address.ToString(), null, "get pods/log", query.Namespace,
            (stream, token) => ReadTextAsync(stream, query.LimitBytes, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> CheckAccessAsync(AccessRight right, CancellationToken cancellationToken)
    {
        var parts = right.Resource.Split('/', 2);
        var review = new AccessReview(new AccessReviewSpec(new AccessAttributes(right.Namespace, right.Verb, right.Group, parts[0], parts.Length > 1 ? parts[1] : null)));
        var body = JsonSerializer.SerializeToUtf8Bytes(review, AccessReviewJson.Default.AccessReview);
        return await SendAsync(HttpMethod.Post, "apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body,
            "create selfsubjectaccessreviews", null, ReadAsync(AccessReviewJson.Default.AccessReviewAnswer, static a => a.Status?.Allowed == true), cancellationToken).ConfigureAwait(false);
    }

    public async Task<KubeVersion> GetVersionAsync(CancellationToken cancellationToken)
    {
        return await SendAsync(HttpMethod.Get, "version", null, "get /version", null, ReadAsync(KubeJsonContext.Default.KubeVersion, static v => v), cancellationToken).ConfigureAwait(false);
    }

    private async Task<TResult> SendAsync<TResult>(
        HttpMethod method, string address, byte[]? body, string what, string? ns, Func<Stream, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        return await GuardAsync(
            async token =>
            {
                using var response = await OpenAsync(method, address, body, what, ns, token).ConfigureAwait(false);
                await using var stream = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                return await read(stream, token).ConfigureAwait(false);
            },
            what, cancellationToken, deadline.Token).ConfigureAwait(false);
    }

    // Everything that can go wrong with a connection becomes one sentence; a cancellation by the caller stays one.
    private async Task<TResult> GuardAsync<TResult>(
        Func<CancellationToken, Task<TResult>> act, string what, CancellationToken caller, CancellationToken deadline)
    {
        try
        {
            return await act(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!caller.IsCancellationRequested)
        {
            throw StatusSentences.FromFailure(new TimeoutException(e.Message, e), route, what);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or InvalidOperationException or k8s.Exceptions.KubernetesClientException)
        {
            throw StatusSentences.FromFailure(e, route, what);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string address, byte[]? body, string what, string? ns, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_base, address));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("kubememory-watcher", "0.1"));
        // The name that the handler checks the certificate for, and asks for, is that of the Host header.
        request.Headers.Host = tlsServerName;
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        if (authenticate is not null)
        {
            await authenticate(request, cancellationToken).ConfigureAwait(false);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var status = await ReadStatusAsync(response, cancellationToken).ConfigureAwait(false);
            throw StatusSentences.FromStatus(status, what, ns, response.StatusCode, RetryAfterOf(response));
        }
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    // {"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods is forbidden: …","reason":"Forbidden","code":403}
    private static async Task<KubeStatus?> ReadStatusAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var text = await ReadTextAsync(stream, MaxErrorBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(text, KubeJsonContext.Default.KubeStatus);
        }
        catch (JsonException)
        {
            // A proxy in between answers with a page of its own.
            return new KubeStatus { Message = text };
        }
    }

    private static async Task<byte[]> ReadBytesAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        return buffer.ToArray();
    }

    // Whatever the server makes of limitBytes, no more than that is held.
    private static async Task<string> ReadTextAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(limit);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, limit), limit, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Func<Stream, CancellationToken, Task<TResult>> ReadAsync<TAnswer, TResult>(JsonTypeInfo<TAnswer> type, Func<TAnswer, TResult> take)
        where TAnswer : class =>
        async (stream, token) => await JsonSerializer.DeserializeAsync(stream, type, token).ConfigureAwait(false) is { } answer
            ? take(answer)
            : throw new JsonException("null where an object is due");
}

/// <summary>The query of an address; absent values are left out.</summary>
internal sealed class QueryString(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public QueryString Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        return this;
    }

    public QueryString Add(string name, int? value) => Add(name, value?.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}

internal sealed record AccessReview(AccessReviewSpec Spec)
{
    public string Kind { get; init; } = "SelfSubjectAccessReview";

    public string ApiVersion { get; init; } = "authorization.k8s.io/v1";
}

internal sealed record AccessReviewSpec(AccessAttributes ResourceAttributes);

internal sealed record AccessAttributes(string? Namespace, string Verb, string Group, string Resource, string? Subresource);

internal sealed record AccessReviewAnswer(AccessReviewStatus? Status);

internal sealed record AccessReviewStatus(bool Allowed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessReview))]
[JsonSerializable(typeof(AccessReviewAnswer))]
internal sealed partial class AccessReviewJson : JsonSerializerContext;

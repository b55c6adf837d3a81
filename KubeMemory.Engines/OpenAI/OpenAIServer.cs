using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using KubeMemory.Engines.Models;
using Microsoft.Extensions.AI;
using OpenAI;

namespace KubeMemory.Engines.OpenAI;

/// <summary>Any endpoint that speaks the protocol of OpenAI: https://platform.openai.com/docs/api-reference.</summary>
internal sealed class OpenAIServer : IModelServer
{
    // The client insists on a key; local servers want none and ignore it.
    private const string NoKey = "none";

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly OpenAIClient _client;

    /// <param name="endpoint">Without a path <c>/v1</c> is meant.</param>
    public OpenAIServer(HttpClient http, Uri endpoint, string? key)
    {
        _http = http;
        _endpoint = endpoint.AbsolutePath == "/" ? new Uri(endpoint, "/v1") : endpoint;
        _client = new(new ApiKeyCredential(key ?? NoKey), new OpenAIClientOptions
        {
            Endpoint = _endpoint,
            Transport = new HttpClientPipelineTransport(http),
            // Retries and limits of time are the caller's, who also asks the breaker.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        });
    }

    public IChatClient Chat(string model) => _client.GetChatClient(model).AsIChatClient();

    public IEmbeddingGenerator<string, Embedding<float>> Embedding(string model) => _client.GetEmbeddingClient(model).AsIEmbeddingGenerator();

    // The list of models is optional, and a model may go by a name that is not in it.
    public async Task<bool> HasAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(_endpoint.AbsoluteUri.TrimEnd('/') + "/models"), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            return true;
        }
    }

    public IAsyncEnumerable<PullProgress> PullAsync(string model, CancellationToken cancellationToken) =>
        throw new NotSupportedException("An OpenAI-compatible endpoint has its models or has them not.");
}

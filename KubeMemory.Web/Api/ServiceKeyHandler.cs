using System.Net;
using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Web.Api;

/// <summary>Shows the API the key by which services know each other, and says in the log, once an outage, when the API does not take it.</summary>
internal sealed class ServiceKeyHandler(ServiceKey key) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (key.Text is { } text)
        {
            request.Headers.TryAddWithoutValidation(AccessHeaders.Key, text);
        }

        var response = await base.SendAsync(request, cancellationToken);
        key.Answered(taken: response.StatusCode != HttpStatusCode.Unauthorized);
        return response;
    }
}

/// <summary>The key that this dashboard shows the API. Thread-safe.</summary>
internal sealed partial class ServiceKey(AccessKeys keys, ILogger<ServiceKey> logger)
{
    private int _refused;

    public string? Text => keys.ServiceKey;

    /// <summary>What to put right when the API does not take it.</summary>
    public string Remedy => keys.KeyFile is { } file
        ? $"In mode Local both read it from {file}: run them as the same user, or give both the same {AccessOptions.Section}:{nameof(AccessOptions.ServiceKey)}."
        : $"Give both the same {AccessOptions.Section}:{nameof(AccessOptions.ServiceKey)}.";

    public void Answered(bool taken)
    {
        if (Interlocked.Exchange(ref _refused, taken ? 0 : 1) == 0 && !taken)
        {
            Log.NotTaken(logger, Remedy);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Error, "The KubeMemory API does not take this dashboard's service key. {Remedy}")]
        public static partial void NotTaken(ILogger logger, string remedy);
    }
}

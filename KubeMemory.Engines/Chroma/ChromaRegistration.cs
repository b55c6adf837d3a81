using System.Net.Http.Headers;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace KubeMemory.Engines.Chroma;

internal static class ChromaRegistration
{
    /// <summary>Chroma behind <see cref="IVectorMemory"/>.</summary>
    /// <exception cref="FormatException">One sentence: what is wrong with the connection string.</exception>
    internal static IServiceCollection AddChroma(this IServiceCollection services, string connectionString) =>
        services.AddChroma(connectionString, new ChromaTiming());

    internal static IServiceCollection AddChroma(this IServiceCollection services, string connectionString, ChromaTiming timing)
    {
        var connection = ChromaConnection.Parse(connectionString);
        services.AddSingleton(connection);
        services.AddChromaHttp(ChromaClient.HttpName, connection, timing.Total)
            .AddResilienceHandler(ChromaClient.HttpName, pipeline => pipeline
                .AddTimeout(timing.Total)
                .AddRetry(new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = timing.Retries,
                    Delay = timing.Delay,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                })
                .AddTimeout(timing.Attempt));
        services.AddChromaHttp(ChromaClient.ProbeHttpName, connection, timing.Probe);
        services.AddSingleton<ChromaClient>();
        services.AddSingleton<IVectorMemory, ChromaVectorMemory>();
        services.AddSingleton<IEngineProbe, ChromaProbe>();
        services.AddSingleton(new EngineName(EnginePorts.Vectors, "Chroma"));
        return services;
    }

    /// <param name="timeout">Of a whole call, its answer's body included, which the resilience handler does not see.</param>
    private static IHttpClientBuilder AddChromaHttp(this IServiceCollection services, string name, ChromaConnection connection, TimeSpan timeout)
    {
        var builder = services.AddHttpClient(name, http =>
        {
            http.BaseAddress = connection.Endpoint;
            http.Timeout = timeout;
            if (connection.Token is { } token)
            {
                // Chroma's own header, and the one that a proxy before it reads.
                http.DefaultRequestHeaders.Add("x-chroma-token", token);
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }
        });
#pragma warning disable EXTEXP0001 // The services' default handler repeats no POST; here every one may be repeated.
        return builder.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }
}

using System.Net.Http.Headers;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Analysis.Prompting;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Ollama;
using KubeMemory.Engines.OpenAI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OllamaSharp;

namespace KubeMemory.Engines.Models;

/// <summary>The language model and the embeddings: of the connection strings <c>chat</c> and <c>embedding</c>, or what serves without them.</summary>
internal static class ModelsRegistration
{
    /// <summary>The name of the HTTP client that reaches every model.</summary>
    public const string HttpClientName = "models";

    /// <summary>The source and meter of the models' telemetry. Prompts and answers are not part of it.</summary>
    public const string TelemetrySource = "KubeMemory.Models";

    // A model that has moved to another address is found again.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Without <c>chat</c> there is no <see cref="IChatClient"/>, and the rules alone serve; without <c>embedding</c> the
    /// <see cref="LexicalEmbedding"/> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">A connection string makes no sense; the message says which, and why.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">So does a setting.</exception>
    public static IServiceCollection AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        var options = ModelSettings.Read(configuration);
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ModelStatusBoard>();
        services.AddSingleton<IModelStatus>(provider => provider.GetRequiredService<ModelStatusBoard>());

        var connections = Connections(configuration);
        AddChat(services, options, connections.FirstOrDefault(c => c.Port == EnginePorts.Chat));
        AddEmbedding(services, options, connections.FirstOrDefault(c => c.Port == EnginePorts.Embedding));
        if (connections.Count > 0)
        {
            AddEndpoints(services, options, connections);
            services.AddHostedService<ModelStartup>();
        }

        return services;
    }

    private static List<ModelConnection> Connections(IConfiguration configuration)
    {
        var connections = new List<ModelConnection>();
        var errors = new List<string>();
        foreach (var port in (string[])[EnginePorts.Chat, EnginePorts.Embedding])
        {
            if (configuration.GetConnectionString(port) is { } text && !string.IsNullOrWhiteSpace(text))
            {
                try
                {
                    connections.Add(ModelConnection.Parse(port, text));
                }
                catch (InvalidOperationException e)
                {
                    errors.Add(e.Message);
                }
            }
        }

        return errors.Count == 0 ? connections : throw new InvalidOperationException(string.Join(' ', errors));
    }

    private static void AddChat(IServiceCollection services, ModelOptions options, ModelConnection? connection)
    {
        services.AddSingleton(new EngineName(EnginePorts.Chat, connection is null ? "rules" : $"{options.Provider} {connection.Model}"));
        if (connection is null)
        {
            return;
        }

        services.AddSingleton<IChatClient>(provider =>
        {
            var model = provider.GetRequiredKeyedService<ServedModel>(EnginePorts.Chat);
            var chat = new GuardedChat(model.Server.Chat(connection.Model), model.Endpoint, options, provider.GetRequiredService<ILogger<GuardedChat>>());
            return chat.AsBuilder()
                .UseOpenTelemetry(provider.GetRequiredService<ILoggerFactory>(), TelemetrySource, client => client.EnableSensitiveData = false)
                .Build(provider);
        });
        services.AddSingleton<IModelRecommender>(provider =>
        {
            var log = new AnswerLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger<ModelRecommender>());
            return new ModelRecommender(provider.GetRequiredService<IChatClient>(), options, $"{options.Provider} {connection.Model}", log.Rejected, log.Judged);
        });
    }

    private static void AddEmbedding(IServiceCollection services, ModelOptions options, ModelConnection? connection)
    {
        services.AddSingleton(new EngineName(EnginePorts.Embedding, connection is null ? "lexical" : $"{options.Provider} {connection.Model}"));
        if (connection is null)
        {
            services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>, LexicalEmbedding>();
            return;
        }

        services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(provider =>
        {
            var model = provider.GetRequiredKeyedService<ServedModel>(EnginePorts.Embedding);
            return new GuardedEmbeddings(model.Server.Embedding(connection.Model), model.Endpoint, options)
                .AsBuilder()
                .UseOpenTelemetry(provider.GetRequiredService<ILoggerFactory>(), TelemetrySource, generator => generator.EnableSensitiveData = false)
                .Build(provider);
        });
    }

    private static void AddEndpoints(IServiceCollection services, ModelOptions options, List<ModelConnection> connections)
    {
        AddHttpClient(services, [.. connections.Select(c => c.Key).OfType<string>().Distinct()]);
        foreach (var endpoint in connections.Select(c => c.Endpoint).Distinct())
        {
            services.AddKeyedSingleton(endpoint, (provider, _) => new ModelEndpoint(
                $"{options.Provider} at {endpoint.Authority}",
                options,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<ModelEndpoint>>()));
        }

        foreach (var connection in connections)
        {
            services.AddKeyedSingleton(connection.Port, (provider, _) => new ServedModel(
                connection,
                Server(provider.GetRequiredService<IHttpClientFactory>(), options, connection),
                provider.GetRequiredKeyedService<ModelEndpoint>(connection.Endpoint)));
            services.AddSingleton(provider => provider.GetRequiredKeyedService<ServedModel>(connection.Port));
            services.AddSingleton<IEngineProbe>(provider => new ModelProbe(
                provider.GetRequiredKeyedService<ServedModel>(connection.Port), provider.GetRequiredService<IModelStatus>()));
        }
    }

    private static void AddHttpClient(IServiceCollection services, IReadOnlyList<string> keys)
    {
        var client = services.AddHttpClient(HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan);
#pragma warning disable EXTEXP0001 // The defaults of every other client end a call after 30 seconds; a model may think for minutes.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        client.AddHttpMessageHandler(() => new ModelHttpHandler(keys));
        client.UseSocketsHttpHandler((handler, _) =>
        {
            handler.PooledConnectionLifetime = ConnectionLifetime;
            handler.ConnectTimeout = ConnectTimeout;
        });
        // The clients live as long as the process: connections are renewed, not handlers.
        client.SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }

    private static IModelServer Server(IHttpClientFactory factory, ModelOptions options, ModelConnection connection)
    {
        var http = factory.CreateClient(HttpClientName);
        var address = connection.Endpoint.AbsoluteUri;
        http.BaseAddress = new(address.EndsWith('/') ? address : address + "/");
        if (connection.Key is { } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return options.Provider == ModelProvider.OpenAI
            ? new OpenAIServer(http, connection.Endpoint, connection.Key)
            : new OllamaServer(http, new OllamaApiClient(http), options);
    }
}

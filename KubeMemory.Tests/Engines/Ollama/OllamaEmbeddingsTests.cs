using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Tests.Engines.Models;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.AI;
using Xunit;

namespace KubeMemory.Tests.Engines.Ollama;

public class OllamaEmbeddingsTests
{
    private const string Model = "nomic-embed-text";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generate_SeveralTexts_OneRequestWithTheContextAndAVectorEach()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(embedding: stub.ConnectionString(Model)));

        var embeddings = await host.Embedding.GenerateAsync(["out of memory", "image not found", "out of memory"], cancellationToken: Cancel);

        Assert.Equal(3, embeddings.Count);
        Assert.Equal(embeddings[0].Vector.ToArray(), embeddings[2].Vector.ToArray());
        Assert.NotEqual(embeddings[0].Vector.ToArray(), embeddings[1].Vector.ToArray());
        var request = Assert.Single(stub.Requests);
        Assert.Equal("/api/embed", request.Path);
        Assert.Equal(2048, request.Body.GetProperty("options").GetProperty("num_ctx").GetInt32());
        Assert.True(request.Body.GetProperty("truncate").GetBoolean());
    }

    [Fact]
    public async Task Generate_TextLongerThanTheContext_IsCutBeforeItIsSent()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(embedding: stub.ConnectionString(Model)));

        await host.Embedding.GenerateAsync([string.Join(' ', Enumerable.Repeat("word", 5000)), "short"], cancellationToken: Cancel);

        var input = Assert.Single(stub.Requests).Body.GetProperty("input");
        Assert.Equal(2048, TokenBudget.Estimate(input[0].GetString()));
        Assert.Equal("short", input[1].GetString());
    }

    [Fact]
    public async Task Generate_RefusedAsTooLong_HalvesTheTextUntilItFits()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(embedding: stub.ConnectionString(Model)));
        stub.LongestInput = 3000;

        var embeddings = await host.Embedding.GenerateAsync([string.Join(' ', Enumerable.Repeat("word", 5000))], cancellationToken: Cancel);

        Assert.Single(embeddings);
        Assert.Equal(4, stub.Requests.Count);
    }

    [Fact]
    public async Task Generate_RefusedAsTooLongAgainAndAgain_GivesUp()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(embedding: stub.ConnectionString(Model)));
        stub.LongestInput = 0;

        var refused = await Assert.ThrowsAsync<ModelRefusedException>(() => host.Embedding.GenerateAsync(["text"], cancellationToken: Cancel));

        Assert.Contains("the input length exceeds the context length", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, stub.Requests.Count);
    }

    [Fact]
    public async Task Generate_Nothing_AsksNobody()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(embedding: stub.ConnectionString(Model)));

        Assert.Empty(await host.Embedding.GenerateAsync([], cancellationToken: Cancel));
        Assert.Empty(stub.Requests);
    }

    [Fact]
    public async Task Generate_NoAnswerInTime_IsUnavailableAfterTheTimeOfEmbeddings()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(embedding: stub.ConnectionString(Model)));
        stub.Mute = true;

        var call = host.Embedding.GenerateAsync(["text"], cancellationToken: Cancel);
        await host.UntilAsync(() => stub.Requests.Count == 1, Cancel);
        host.Time.Advance(TimeSpan.FromSeconds(30));

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => call);
        Assert.Contains("no answer within 30 seconds", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_OfAModel_NamesIt()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(embedding: stub.ConnectionString(Model)));

        var metadata = host.Embedding.GetService<EmbeddingGeneratorMetadata>()!;

        Assert.Equal(("ollama", Model), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Equal($"Ollama {Model}", host.EngineOf(EnginePorts.Embedding));
    }
}

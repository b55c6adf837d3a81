using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.Engines.Models;

public class ModelsRegistrationTests
{
    [Fact]
    public async Task AddModels_NoConnectionStrings_RulesAndLexicalServe()
    {
        await using var host = new ModelHost([]);

        Assert.Null(host.Find<IChatClient>());
        Assert.IsType<LexicalEmbedding>(host.Embedding);
        Assert.Equal("rules", host.EngineOf(EnginePorts.Chat));
        Assert.Equal("lexical", host.EngineOf(EnginePorts.Embedding));
        Assert.Empty(host.Status);
        Assert.Null(host.Find<IEngineProbe>());
        Assert.Null(host.Find<IHostedService>());
    }

    [Fact]
    public async Task AddModels_BothConnectionStrings_NamesTheEnginesAndSharesTheEndpoint()
    {
        await using var host = new ModelHost(ModelHost.Strings(
            "Endpoint=http://ollama:11434;Model=qwen2.5:0.5b", "endpoint=http://ollama:11434/;model=all-minilm"));

        Assert.Equal("Ollama qwen2.5:0.5b", host.EngineOf(EnginePorts.Chat));
        Assert.Equal("Ollama all-minilm", host.EngineOf(EnginePorts.Embedding));
        Assert.Same(host.EndpointOf(EnginePorts.Chat), host.EndpointOf(EnginePorts.Embedding));
    }

    [Theory]
    [InlineData("Model=m", "The connection string \"chat\" lacks Endpoint, like Endpoint=http://localhost:11434.")]
    [InlineData("Endpoint=http://h:1", "The connection string \"chat\" lacks Model, like Model=qwen2.5:0.5b.")]
    [InlineData("Endpoint=h:1;Model=m", "The connection string \"chat\" has an Endpoint that is no http:// or https:// address.")]
    [InlineData("Endpoint=ftp://h;Model=m", "The connection string \"chat\" has an Endpoint that is no http:// or https:// address.")]
    [InlineData("http://h:1", "The connection string \"chat\" is not of the form Endpoint=http://host:port;Model=name.")]
    [InlineData("Endpoint=http://h:1;Modell=m", "The connection string \"chat\" has a part modell that no model knows: use Endpoint, Model, Key.")]
    [InlineData("Endpoint=http://u:secret@h:1;Model=m", "The connection string \"chat\" has an Endpoint with a user name or a query in it: a secret belongs into Key.")]
    public void AddModels_BadConnectionString_OneSentenceNamesIt(string connectionString, string sentence)
    {
        var mistake = Assert.Throws<InvalidOperationException>(() => new ModelHost(ModelHost.Strings(chat: connectionString)));

        Assert.Equal(sentence, mistake.Message);
    }

    [Fact]
    public void AddModels_TwoBadConnectionStrings_BothAreNamed()
    {
        var mistake = Assert.Throws<InvalidOperationException>(() => new ModelHost(ModelHost.Strings("Model=m;Key=sk-secret", "Key=sk-secret")));

        Assert.Contains("\"chat\" lacks Endpoint", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("\"embedding\" lacks Endpoint", mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AddModels_BadSettings_AllAreNamedAtOnce()
    {
        var mistake = Assert.Throws<OptionsValidationException>(() => new ModelHost(new()
        {
            ["KubeMemory:Models:Provider"] = "Oracle",
            ["KubeMemory:Models:ContextTokens"] = "100",
            ["KubeMemory:Models:EmbeddingContextTokens"] = "1",
            ["KubeMemory:Models:Timeout"] = "0",
            ["KubeMemory:Models:EmbeddingTimeout"] = "30",
            ["KubeMemory:Models:BreakAfterFaults"] = "1",
            ["KubeMemory:Models:BreakDuration"] = "-00:00:01",
            ["KubeMemory:Models:Brake"] = "1",
        }));

        foreach (var name in (string[])["Provider", "ContextTokens", "EmbeddingContextTokens", "Timeout", "EmbeddingTimeout", "BreakAfterFaults", "BreakDuration"])
        {
            Assert.Contains(mistake.Failures, f => f.Contains($"KubeMemory:Models:{name}", StringComparison.Ordinal));
        }

        Assert.Contains(mistake.Failures, f => f.Contains("has no setting 'Brake'", StringComparison.Ordinal));
        Assert.Equal(8, mistake.Failures.Count());
    }

    [Fact]
    public async Task AddModels_Settings_AreRead()
    {
        await using var host = new ModelHost(new() { ["KubeMemory:Models:Provider"] = "openai", ["KubeMemory:Models:Timeout"] = "00:05:00" });

        var options = host.Get<ModelOptions>();

        Assert.Equal((ModelProvider.OpenAI, TimeSpan.FromMinutes(5)), (options.Provider, options.Timeout));
    }
}

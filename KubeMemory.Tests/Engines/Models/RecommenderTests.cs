using System.Text.Json;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Tests.Core.Analysis.Prompting;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.Engines.Models;

/// <summary>The recommendation over the wire, as it is registered.</summary>
public sealed class RecommenderTests
{
    private const string Model = "qwen2.5:0.5b";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registration_WithoutAModel_HasNone()
    {
        await using var host = new ModelHost(ModelHost.Strings());

        Assert.Null(host.Find<IModelRecommender>());
    }

    [Fact]
    public async Task Recommend_Ollama_IsAskedForTheSchemaWithinTheContext()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        stub.Answer = ModelRecommenderTests.Answer();
        var settings = ModelHost.Strings(chat: stub.ConnectionString(Model));
        settings["KubeMemory:Models:ContextTokens"] = "4096";
        await using var host = new ModelHost(settings);
        var drafts = new List<string>();
        var recommender = host.Get<IModelRecommender>();

        var said = (await recommender.RecommendAsync(AnalysisInputs.Of(), new Reports(drafts), Cancelled))!;

        Assert.Equal((Verdict.Likely, AnalysisInputs.Cause, "Ollama qwen2.5:0.5b"), (said.Verdict, said.RootCause, said.Model));
        Assert.Equal((said.Model, said.PromptVersion), (recommender.Model, recommender.PromptVersion));
        Assert.Equal(12, said.AnswerTokens);
        Assert.Equal(AnalysisInputs.Cause, drafts[^1]);
        var body = Assert.Single(stub.Requests, request => request.Path == "/api/chat").Body;
        Assert.True(body.GetProperty("stream").GetBoolean());
        Assert.Equal("array", body.GetProperty("format").GetProperty("properties").GetProperty("citations").GetProperty("type").GetString());
        var options = body.GetProperty("options");
        Assert.Equal((4096, 1024), (options.GetProperty("num_ctx").GetInt32(), options.GetProperty("num_predict").GetInt32()));
        Assert.InRange(options.GetProperty("temperature").GetDouble(), 0, 0.2);
        Assert.False(body.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0);
        Assert.Equal(["system", "user"], body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task Recommend_OpenAI_IsAskedForTheSchemaAndTokensAreEstimated()
    {
        await using var stub = await OpenAIStub.StartAsync();
        stub.Answer = ModelRecommenderTests.Answer();
        var settings = ModelHost.Strings(chat: stub.ConnectionString("gpt"));
        settings["KubeMemory:Models:Provider"] = "OpenAI";
        await using var host = new ModelHost(settings);

        var said = (await host.Get<IModelRecommender>().RecommendAsync(AnalysisInputs.Of(), null, Cancelled))!;

        Assert.Equal((Verdict.Likely, AnalysisInputs.Cause), (said.Verdict, said.RootCause));
        Assert.InRange(said.PromptTokens, 300, 4000);
        var body = Assert.Single(stub.Requests, request => request.Path == "/v1/chat/completions").Body;
        Assert.Equal("json_schema", body.GetProperty("response_format").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Recommend_AnswerThatDoesNotStand_IsLoggedWithoutItsWords()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        stub.Answer = ModelRecommenderTests.Answer(cause: "The moon is made of cheese.");
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model)));

        Assert.Null(await host.Get<IModelRecommender>().RecommendAsync(AnalysisInputs.Of(), null, Cancelled));

        Assert.Equal(2, stub.Requests.Count(request => request.Path == "/api/chat"));
        Assert.Contains("Warning: The rules answer alone for now, because the language model's answer is not taken: the blocks that it cited do not say what \"root_cause\" says.", host.LogText, StringComparison.Ordinal);
        Assert.DoesNotContain("cheese", host.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recommend_FaultsOfTheEndpoint_AreThoseOfTheContract()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model)));
        var recommender = host.Get<IModelRecommender>();
        stub.FaultStatus = 503;
        await Assert.ThrowsAsync<EngineUnavailableException>(() => recommender.RecommendAsync(AnalysisInputs.Of(), null, Cancelled));
        stub.FaultStatus = 400;

        await Assert.ThrowsAsync<ModelRefusedException>(() => recommender.RecommendAsync(AnalysisInputs.Of(), null, Cancelled));
    }

    [Fact]
    public async Task Recommend_CancelledAmidTheAnswer_EndsAtOnce()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        stub.Answer = ModelRecommenderTests.Answer();
        stub.MuteAfterFirst = true;
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model)));
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);

        var call = host.Get<IModelRecommender>().RecommendAsync(AnalysisInputs.Of(), null, caller.Token);
        await host.UntilAsync(() => stub.Requests.Count == 1, Cancelled);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private sealed class Reports(List<string> heard) : IProgress<string>
    {
        public void Report(string value) => heard.Add(value);
    }
}

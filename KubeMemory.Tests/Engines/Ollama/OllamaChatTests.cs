using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Tests.Engines.Models;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Engines.Ollama;

public class OllamaChatTests
{
    private static readonly string[] Model = ["qwen2.5:0.5b"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_WithoutOptions_SendsTheContextOfTheSettings()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        var settings = ModelHost.Strings(chat: stub.ConnectionString(Model[0]));
        settings["KubeMemory:Models:ContextTokens"] = "16384";
        await using var host = new ModelHost(settings);

        var response = await host.Chat.GetResponseAsync("why?", cancellationToken: Cancel);

        Assert.Equal("You asked: why?", response.Text);
        Assert.Equal(12, response.Usage!.OutputTokenCount);
        var body = Assert.Single(stub.Requests, r => r.Path == "/api/chat").Body;
        Assert.Equal(16384, body.GetProperty("options").GetProperty("num_ctx").GetInt32());
        Assert.Equal("qwen2.5:0.5b", body.GetProperty("model").GetString());
        Assert.False(body.GetProperty("stream").GetBoolean());
    }

    [Fact]
    public async Task GetResponse_WithTheCallersOptions_SendsTheContextBesideThemAndLeavesThemAlone()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 77, Seed = 5 };

        await host.Chat.GetResponseAsync("why?", options, Cancel);

        var sent = Assert.Single(stub.Requests).Body.GetProperty("options");
        Assert.Equal(8192, sent.GetProperty("num_ctx").GetInt32());
        Assert.Equal(0, sent.GetProperty("temperature").GetInt32());
        Assert.Equal(77, sent.GetProperty("num_predict").GetInt32());
        Assert.Null(options.AdditionalProperties);
    }

    [Fact]
    public async Task GetStreamingResponse_Always_SendsTheContextAndJoinsTheLines()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));

        var response = await host.Chat.GetStreamingResponseAsync("what broke?", cancellationToken: Cancel).ToChatResponseAsync(Cancel);

        Assert.Equal("You asked: what broke?", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        var body = Assert.Single(stub.Requests).Body;
        Assert.True(body.GetProperty("stream").GetBoolean());
        Assert.Equal(8192, body.GetProperty("options").GetProperty("num_ctx").GetInt32());
    }

    [Fact]
    public async Task GetResponse_WithASchema_SendsItAsFormatWithTheContext()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));

        var response = await host.Chat.GetResponseAsync<Verdict>("judge", cancellationToken: Cancel);

        Assert.Equal(new Verdict("stub", 1), response.Result);
        var body = Assert.Single(stub.Requests).Body;
        Assert.Equal(JsonValueKind.Object, body.GetProperty("format").GetProperty("properties").ValueKind);
        Assert.Equal(8192, body.GetProperty("options").GetProperty("num_ctx").GetInt32());
    }

    [Fact]
    public async Task GetResponse_UnknownModel_IsRefusedInASentence()
    {
        await using var stub = await OllamaStub.StartAsync();
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString("nobody")));

        var refused = await Assert.ThrowsAsync<ModelRefusedException>(() => host.Chat.GetResponseAsync("why?", cancellationToken: Cancel));

        Assert.Equal($"Ollama at 127.0.0.1:{stub.Port} refuses: HTTP 404, model 'nobody' not found.", refused.Message);
    }

    [Fact]
    public async Task GetResponse_ServerError_IsUnavailableWithWhatItSaid()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));
        stub.FaultStatus = 500;
        stub.FaultText = "model requires more system memory (5.6 GiB) than is available (1.2 GiB)";

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => host.Chat.GetResponseAsync("why?", cancellationToken: Cancel));

        Assert.Contains("HTTP 500, model requires more system memory", fault.Message, StringComparison.Ordinal);
        Assert.Equal($"Ollama at 127.0.0.1:{stub.Port}", fault.Engine);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_AnswerBreaksOff_IsUnavailable(bool streaming)
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));
        stub.BreakOff = true;

        await Assert.ThrowsAsync<EngineUnavailableException>(() => streaming
            ? host.Chat.GetStreamingResponseAsync("why?", cancellationToken: Cancel).ToChatResponseAsync(Cancel)
            : host.Chat.GetResponseAsync("why?", cancellationToken: Cancel));
    }

    [Fact]
    public async Task GetStreamingResponse_ErrorAmidTheStream_IsUnavailable()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));
        stub.ErrorAmidStream = "an error was encountered while running the model";

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(
            () => host.Chat.GetStreamingResponseAsync("why?", cancellationToken: Cancel).ToChatResponseAsync(Cancel));

        Assert.Contains("broke off", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_NoAnswerInTime_IsUnavailable()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));
        stub.Mute = true;

        var call = host.Chat.GetResponseAsync("why?", cancellationToken: Cancel);
        await host.UntilAsync(() => stub.Requests.Count == 1, Cancel);
        host.Time.Advance(TimeSpan.FromSeconds(119));
        Assert.False(call.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => call);
        Assert.Contains("no answer within 120 seconds", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStreamingResponse_GoesMuteAmidTheStream_IsUnavailableInTime()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));
        stub.MuteAfterFirst = true;
        await using var updates = host.Chat.GetStreamingResponseAsync("why?", cancellationToken: Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await updates.MoveNextAsync());
        var next = updates.MoveNextAsync().AsTask();
        host.Time.Advance(TimeSpan.FromMinutes(2));

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => next);
        Assert.Contains("no answer within 120 seconds", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStreamingResponse_CallerGivesUpAmidTheStream_EndsAtOnce()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));
        stub.MuteAfterFirst = true;
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var updates = host.Chat.GetStreamingResponseAsync("why?", cancellationToken: caller.Token).GetAsyncEnumerator(Cancel);

        Assert.True(await updates.MoveNextAsync());
        var next = updates.MoveNextAsync().AsTask();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task GetResponse_SlowerThanTheDefaultsOfOtherClients_IsNotCutOff()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(
            ModelHost.Strings(chat: stub.ConnectionString(Model[0])),
            services => services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler(options =>
            {
                options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100);
                options.TotalRequestTimeout.Timeout = TimeSpan.FromMilliseconds(300);
                options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(1);
            })));
        stub.Delay = TimeSpan.FromSeconds(1);
        // The clock of the host must go on, or those limits would never come.
        using var clock = TimeProvider.System.CreateTimer(_ => host.Time.Advance(TimeSpan.FromMilliseconds(20)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));

        var response = await host.Chat.GetResponseAsync("why?", cancellationToken: Cancel);

        Assert.Equal("You asked: why?", response.Text);
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task GetResponse_NameOfServiceDiscovery_IsResolved()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(
            ModelHost.Strings(chat: "Endpoint=http://ollama;Model=qwen2.5:0.5b"),
            services =>
            {
                services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(
                    new Microsoft.Extensions.Configuration.ConfigurationManager { ["Services:ollama:http:0"] = stub.Endpoint });
                services.AddServiceDiscovery();
                services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
            });

        var response = await host.Chat.GetResponseAsync("why?", cancellationToken: Cancel);

        Assert.Equal("You asked: why?", response.Text);
        Assert.Equal("Ollama at ollama:80", host.EndpointOf(EnginePorts.Chat).Engine);
    }

    [Fact]
    public async Task GetResponse_PromptLongerThanTheContext_IsSaidInTheLog()
    {
        await using var stub = await OllamaStub.StartAsync(Model);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Model[0])));

        await host.Chat.GetResponseAsync(string.Join(' ', Enumerable.Repeat("word", 9000)), cancellationToken: Cancel);

        Assert.Contains("Warning: A prompt of about 9008 tokens exceeds the context of 8192", host.LogText, StringComparison.Ordinal);
    }

    internal sealed record Verdict(string Cause, int Confidence);
}

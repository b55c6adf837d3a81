using KubeMemory.Core.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;
using Xunit;

namespace KubeMemory.Tests.Engines.Models;

public class ModelEndpointTests
{
    private const string Talker = "qwen2.5:0.5b";
    private const string Embedder = "nomic-embed-text";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_EndpointGone_IsUnavailableWithItsName()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            await stub.StopAsync();

            var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => ChatAsync(host));

            Assert.Equal($"Ollama at 127.0.0.1:{stub.Port}", fault.Engine);
            Assert.Contains("refused", fault.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Call_AfterFaultsInARow_FailsAtOnceForEveryModelOfTheEndpoint()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            stub.FaultStatus = 503;
            await FailAsync(host, times: 2);
            Assert.Equal(CircuitState.Closed, host.EndpointOf(EnginePorts.Chat).State);
            await Assert.ThrowsAsync<EngineUnavailableException>(() => EmbedAsync(host));
            Assert.Equal(CircuitState.Open, host.EndpointOf(EnginePorts.Chat).State);
            stub.ClearRequests();
            stub.FaultStatus = null;

            var chat = await Assert.ThrowsAsync<EngineUnavailableException>(() => ChatAsync(host));
            var embed = await Assert.ThrowsAsync<EngineUnavailableException>(() => EmbedAsync(host));
            await Assert.ThrowsAsync<EngineUnavailableException>(
                () => host.Chat.GetStreamingResponseAsync("why?", cancellationToken: Cancel).ToChatResponseAsync(Cancel));

            Assert.Empty(stub.Requests);
            Assert.Equal(chat.Message, embed.Message);
            Assert.Contains("is left alone until 18:00:15 UTC; the last time: HTTP 503, something went wrong", chat.Message, StringComparison.Ordinal);
            Assert.Contains("Warning: Ollama at 127.0.0.1", host.LogText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Call_AfterThePause_TriesAndGoesOn()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            await stub.StopAsync();
            await FailAsync(host, times: 3);
            await stub.StartAgainAsync();
            await Assert.ThrowsAsync<EngineUnavailableException>(() => ChatAsync(host));

            host.Time.Advance(TimeSpan.FromSeconds(15));

            Assert.Equal("You asked: why?", (await ChatAsync(host)).Text);
            Assert.Equal(CircuitState.Closed, host.EndpointOf(EnginePorts.Chat).State);
            Assert.Single(await EmbedAsync(host));
            Assert.Contains("answers again", host.LogText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Call_TrialFails_IsLeftAloneAgain()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            stub.FaultStatus = 500;
            await FailAsync(host, times: 3);
            host.Time.Advance(TimeSpan.FromSeconds(15));
            stub.ClearRequests();

            await FailAsync(host, times: 3);

            Assert.Single(stub.Requests);
            Assert.Equal(CircuitState.Open, host.EndpointOf(EnginePorts.Chat).State);
        }
    }

    [Fact]
    public async Task Call_SuccessBetweenFaults_StartsTheCountAgain()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            for (var round = 0; round < 4; round++)
            {
                stub.FaultStatus = 500;
                await FailAsync(host, times: 2);
                stub.FaultStatus = null;
                await ChatAsync(host);
            }

            stub.FaultStatus = 500;
            await FailAsync(host, times: 3);
            Assert.Equal(CircuitState.Open, host.EndpointOf(EnginePorts.Chat).State);
        }
    }

    [Fact]
    public async Task Call_Refusals_NeverOpenTheCircuit()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            stub.FaultStatus = 400;
            for (var i = 0; i < 10; i++)
            {
                await Assert.ThrowsAsync<ModelRefusedException>(() => ChatAsync(host));
            }

            Assert.Equal(CircuitState.Closed, host.EndpointOf(EnginePorts.Chat).State);
        }
    }

    [Fact]
    public async Task Call_TrialGivenUpByItsCaller_DoesNotCloseTheCircuit()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            stub.FaultStatus = 500;
            await FailAsync(host, times: 3);
            host.Time.Advance(TimeSpan.FromSeconds(15));
            stub.Mute = true;
            stub.ClearRequests();
            using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

            var trial = host.Chat.GetResponseAsync("why?", cancellationToken: caller.Token);
            await host.UntilAsync(() => stub.Requests.Count == 1, Cancel);
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trial);

            Assert.Equal(CircuitState.Open, host.EndpointOf(EnginePorts.Chat).State);
        }
    }

    [Fact]
    public async Task Stream_FaultsAmidTheStream_Count()
    {
        var (stub, host) = await StartAsync();
        await using (stub)
        await using (host)
        {
            stub.ErrorAmidStream = "an error was encountered while running the model";
            for (var i = 0; i < 3; i++)
            {
                await Assert.ThrowsAsync<EngineUnavailableException>(
                    () => host.Chat.GetStreamingResponseAsync("why?", cancellationToken: Cancel).ToChatResponseAsync(Cancel));
            }

            Assert.Equal(CircuitState.Open, host.EndpointOf(EnginePorts.Chat).State);
        }
    }

    private static async Task<(OllamaStub Stub, ModelHost Host)> StartAsync()
    {
        var stub = await OllamaStub.StartAsync(Talker, Embedder);
        return (stub, new ModelHost(ModelHost.Strings(stub.ConnectionString(Talker), stub.ConnectionString(Embedder))));
    }

    private static Task<ChatResponse> ChatAsync(ModelHost host) => host.Chat.GetResponseAsync("why?", cancellationToken: Cancel);

    private static Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(ModelHost host) => host.Embedding.GenerateAsync(["text"], cancellationToken: Cancel);

    private static async Task FailAsync(ModelHost host, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Assert.ThrowsAsync<EngineUnavailableException>(() => ChatAsync(host));
        }
    }
}

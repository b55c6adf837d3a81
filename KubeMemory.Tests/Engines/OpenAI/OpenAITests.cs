using KubeMemory.Core.Contracts;
using KubeMemory.Tests.Engines.Models;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.AI;
using Xunit;

namespace KubeMemory.Tests.Engines.OpenAI;

public class OpenAITests
{
    private const string Secret = "sk-4f9c1b7e2d8a";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_Always_SpeaksTheProtocolWithTheKey()
    {
        await using var stub = await OpenAIStub.StartAsync();
        stub.Key = Secret;
        await using var host = Host(stub.ConnectionString("gpt-oss"), null);

        var whole = await host.Chat.GetResponseAsync("why?", cancellationToken: Cancel);
        var streamed = await host.Chat.GetStreamingResponseAsync("why?", cancellationToken: Cancel).ToChatResponseAsync(Cancel);

        Assert.Equal("You asked: why?", whole.Text);
        Assert.Equal("You asked: why?", streamed.Text);
        Assert.All(stub.Requests, r => Assert.Equal(("/v1/chat/completions", $"Bearer {Secret}"), (r.Path, r.Authorization)));
        Assert.Equal("gpt-oss", stub.Requests[0].Body.GetProperty("model").GetString());
        Assert.Equal("OpenAI gpt-oss", host.EngineOf(EnginePorts.Chat));
    }

    [Fact]
    public async Task Chat_WithASchema_AnswersInIt()
    {
        await using var stub = await OpenAIStub.StartAsync();
        await using var host = Host(stub.ConnectionString("gpt-oss"), null);

        var response = await host.Chat.GetResponseAsync<Verdict>("judge", cancellationToken: Cancel);

        Assert.Equal(new Verdict("stub", 1), response.Result);
    }

    [Fact]
    public async Task Embedding_EndpointWithoutAPath_MeansV1()
    {
        await using var stub = await OpenAIStub.StartAsync();
        await using var host = Host(null, $"Endpoint={stub.Endpoint};Model=text-embed");

        var embeddings = await host.Embedding.GenerateAsync(["out of memory", "image not found"], cancellationToken: Cancel);

        Assert.Equal([64, 64], embeddings.Select(e => e.Vector.Length));
        Assert.Equal("/v1/embeddings", Assert.Single(stub.Requests).Path);
    }

    [Fact]
    public async Task Start_EndpointAnswers_IsReadyWithoutAPull()
    {
        await using var stub = await OpenAIStub.StartAsync();
        await using var host = Host(stub.ConnectionString("gpt-oss"), null);

        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel);

        await host.Probe(EnginePorts.Chat).AskAsync(Cancel);
        Assert.All(stub.Requests, r => Assert.Equal("/v1/models", r.Path));
    }

    [Fact]
    public async Task Chat_WrongKeyThatTheServerRepeats_IsRefusedAndWrittenNowhere()
    {
        await using var stub = await OpenAIStub.StartAsync();
        stub.Key = "another";
        var connection = $"Endpoint={stub.Endpoint}/v1;Model=gpt-oss;Key={Secret}";
        await using var host = Host(connection, connection);
        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.Status.All(s => s.State == ModelState.Failed), Cancel);

        var chat = await Assert.ThrowsAsync<ModelRefusedException>(() => host.Chat.GetResponseAsync("why?", cancellationToken: Cancel));
        var embed = await Assert.ThrowsAsync<ModelRefusedException>(() => host.Embedding.GenerateAsync(["x"], cancellationToken: Cancel));

        Assert.Equal($"OpenAI at 127.0.0.1:{stub.Port} refuses: HTTP 401, Incorrect API key provided: ***.", chat.Message);
        Assert.All(stub.Requests, r => Assert.Equal($"Bearer {Secret}", r.Authorization));
        Assert.DoesNotContain(Secret, chat + embed.ToString() + host.LogText + string.Join(' ', host.Status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_ServerErrors_AreUnavailableAndOpenTheCircuitWithoutRetries()
    {
        await using var stub = await OpenAIStub.StartAsync();
        await using var host = Host(stub.ConnectionString("gpt-oss"), null);
        stub.FaultStatus = 500;

        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<EngineUnavailableException>(() => host.Chat.GetResponseAsync("why?", cancellationToken: Cancel));
        }

        Assert.Equal(3, stub.Requests.Count);
    }

    [Fact]
    public async Task Chat_EndpointGone_IsUnavailable()
    {
        await using var stub = await OpenAIStub.StartAsync();
        await stub.StopAsync();
        await using var host = Host(stub.ConnectionString("gpt-oss"), null);

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => host.Chat.GetResponseAsync("why?", cancellationToken: Cancel));

        Assert.Equal($"OpenAI at 127.0.0.1:{stub.Port}", fault.Engine);
    }

    [Fact]
    public async Task Chat_NoAnswerInTime_IsUnavailable()
    {
        await using var stub = await OpenAIStub.StartAsync();
        await using var host = Host(stub.ConnectionString("gpt-oss"), null);
        stub.Mute = true;

        var call = host.Chat.GetResponseAsync("why?", cancellationToken: Cancel);
        await host.UntilAsync(() => stub.Requests.Count == 1, Cancel);
        host.Time.Advance(TimeSpan.FromMinutes(2));

        await Assert.ThrowsAsync<EngineUnavailableException>(() => call);
    }

    private static ModelHost Host(string? chat, string? embedding)
    {
        var settings = ModelHost.Strings(chat, embedding);
        settings["KubeMemory:Models:Provider"] = "OpenAI";
        return new(settings);
    }

    internal sealed record Verdict(string Cause, int Confidence);
}

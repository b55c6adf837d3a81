using KubeMemory.Core.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.Engines.Models;

public class ModelStartupTests
{
    private const string Talker = "qwen2.5:0.5b";
    private const string Embedder = "nomic-embed-text";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ModelMissing_IsPulledWithRisingProgress()
    {
        await using var stub = await OllamaStub.StartAsync();
        using var lines = new SemaphoreSlim(0);
        stub.BeforePullLine = lines.WaitAsync;
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Talker)));

        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.Status[0].State == ModelState.Pulling, Cancel);
        var seen = new List<ModelStatus> { host.Status[0] };
        // Manifest, the layer's size, four steps, a second layer twice, verifying, writing, success.
        for (var line = 1; line <= 11; line++)
        {
            var before = host.Status[0];
            lines.Release();
            await host.UntilAsync(() => !ReferenceEquals(host.Status[0], before), Cancel);
            seen.Add(host.Status[0]);
        }

        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel);
        var percents = seen.Where(s => s.State == ModelState.Pulling).Select(s => s.Percent!.Value).ToList();
        Assert.Equal([0, 0, 0, 24, 49, 74, 99], percents.Take(7));
        Assert.Equal(percents.Order(), percents);
        Assert.Contains(seen, s => s.Sentence == $"Ollama at 127.0.0.1:{stub.Port} pulls qwen2.5:0.5b: pulling dde5aa3fc5ff, 49 %.");
        Assert.Equal(new ModelStatus(EnginePorts.Chat, Talker, ModelState.Ready, 100, $"Ollama at 127.0.0.1:{stub.Port} serves qwen2.5:0.5b."), host.Status[0]);
        Assert.Equal([Talker], stub.Models);
        Assert.Equal(Talker, Assert.Single(stub.Requests, r => r.Path == "/api/pull").Body.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Start_ModelsThere_AreReadyAndNothingIsPulled()
    {
        // "nomic-embed-text" is listed as "nomic-embed-text:latest".
        await using var stub = await OllamaStub.StartAsync(Talker, Embedder);
        await using var host = new ModelHost(ModelHost.Strings(stub.ConnectionString(Talker), stub.ConnectionString(Embedder)));

        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.Status.All(s => s.State == ModelState.Ready), Cancel);

        Assert.Equal([(EnginePorts.Chat, Talker), (EnginePorts.Embedding, Embedder)], host.Status.Select(s => (s.Port, s.Model)));
        Assert.DoesNotContain(stub.Requests, r => r.Path == "/api/pull");
    }

    [Fact]
    public async Task Start_OllamaNotUp_WaitsAndSaysSoThenGoesOn()
    {
        await using var stub = await OllamaStub.StartAsync(Talker);
        await stub.StopAsync();
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Talker)));

        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.LogText.Contains($"{Talker} waits: ", StringComparison.Ordinal), Cancel);
        Assert.Equal(ModelState.Waiting, host.Status[0].State);
        Assert.StartsWith($"Ollama at 127.0.0.1:{stub.Port} does not answer: ", host.Status[0].Sentence, StringComparison.Ordinal);
        await stub.StartAgainAsync();

        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel, advance: TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task Start_UnknownModel_FailsInASentenceAndIsTriedAgain()
    {
        await using var stub = await OllamaStub.StartAsync();
        stub.Library = [];
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString("qwen9000")));

        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.Status[0].State == ModelState.Failed, Cancel);
        Assert.Equal($"Ollama at 127.0.0.1:{stub.Port} refuses: pull model manifest: file does not exist.", host.Status[0].Sentence);
        stub.Library = null;

        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel, advance: TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task Start_PullBreaksOff_IsTakenUpAgain()
    {
        await using var stub = await OllamaStub.StartAsync();
        var broken = false;
        stub.BeforePullLine = _ => Task.FromResult(stub.BreakOff = !broken && (broken = true));
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Talker)));

        await host.StartAsync(Cancel);

        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel, advance: TimeSpan.FromMilliseconds(200));
        Assert.Equal(2, stub.Requests.Count(r => r.Path == "/api/pull"));
    }

    [Fact]
    public async Task Ready_EndpointLosesTheModel_IsPulledAgain()
    {
        await using var stub = await OllamaStub.StartAsync(Talker);
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Talker)));
        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel);
        stub.Remove(Talker);

        await host.UntilAsync(() => stub.Models.Count == 1, Cancel, advance: TimeSpan.FromSeconds(10));
        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel, advance: TimeSpan.FromMilliseconds(200));
        Assert.Single(stub.Requests, r => r.Path == "/api/pull");
    }

    [Fact]
    public async Task Stop_AmidAPull_EndsAtOnce()
    {
        await using var stub = await OllamaStub.StartAsync();
        stub.BeforePullLine = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Talker)));
        await host.StartAsync(Cancel);
        await host.UntilAsync(() => stub.Requests.Any(r => r.Path == "/api/pull"), Cancel);

        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancel);
    }

    [Fact]
    public async Task Probe_ModelNotThereYet_SaysHowFarItIs()
    {
        await using var stub = await OllamaStub.StartAsync();
        await using var host = new ModelHost(ModelHost.Strings(chat: stub.ConnectionString(Talker)));

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Probe(EnginePorts.Chat).AskAsync(Cancel));
        Assert.StartsWith($"Ollama at 127.0.0.1:{stub.Port} does not have the model qwen2.5:0.5b yet.", fault.Message, StringComparison.Ordinal);
        await host.StartAsync(Cancel);
        await host.UntilAsync(() => host.Status[0].State == ModelState.Ready, Cancel);

        await host.Probe(EnginePorts.Chat).AskAsync(Cancel);
        await stub.StopAsync();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => host.Probe(EnginePorts.Chat).AskAsync(Cancel));
    }
}

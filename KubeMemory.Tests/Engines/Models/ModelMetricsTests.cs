using System.Diagnostics.Metrics;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Models;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.AI;
using Xunit;

namespace KubeMemory.Tests.Engines.Models;

public sealed class ModelMetricsTests
{
    private const string Talker = "qwen2.5:0.5b";
    private const string Embedder = "nomic-embed-text";

    /// <summary>Of what this test does, and no other one: the instruments belong to the process.</summary>
    private static readonly AsyncLocal<List<string>?> Measured = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "")]
    [InlineData(400, "chat refused, chat refused, embedding refused")]
    [InlineData(503, "chat unavailable, chat unavailable, embedding unavailable")]
    public async Task Errors_AreCountedByPortAndReason(int? status, string expected)
    {
        await using var stub = await OllamaStub.StartAsync(Talker, Embedder);
        await using var host = new ModelHost(ModelHost.Strings(stub.ConnectionString(Talker), stub.ConnectionString(Embedder)));
        using var listener = Listen();
        Measured.Value = [];
        stub.FaultStatus = status;

        await TryAsync(() => host.Chat.GetResponseAsync("why?", cancellationToken: Cancelled));
        await TryAsync(() => host.Chat.GetStreamingResponseAsync("why?", cancellationToken: Cancelled).ToChatResponseAsync(Cancelled));
        await TryAsync(() => host.Embedding.GenerateAsync(["text"], cancellationToken: Cancelled));

        Assert.Equal(expected, string.Join(", ", Measured.Value));
    }

    [Fact]
    public async Task Errors_OfAnEndpointLeftAlone_AreTold()
    {
        await using var stub = await OllamaStub.StartAsync(Talker);
        await using var host = new ModelHost(ModelHost.Strings(stub.ConnectionString(Talker)));
        using var listener = Listen();
        Measured.Value = [];
        await stub.StopAsync();

        for (var call = 0; call < 4; call++)
        {
            await TryAsync(() => host.Chat.GetResponseAsync("why?", cancellationToken: Cancelled));
        }

        Assert.Equal(["chat unavailable", "chat unavailable", "chat unavailable", "chat left_alone"], Measured.Value);
    }

    [Fact]
    public async Task CallGivenUp_IsNoErrorOfTheModel()
    {
        await using var stub = await OllamaStub.StartAsync(Talker);
        await using var host = new ModelHost(ModelHost.Strings(stub.ConnectionString(Talker)));
        using var listener = Listen();
        Measured.Value = [];
        stub.Mute = true;
        using var gone = new CancellationTokenSource();

        var call = host.Chat.GetResponseAsync("why?", cancellationToken: gone.Token);
        await host.UntilAsync(() => stub.Requests.Count > 0, Cancelled);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(Measured.Value);
    }

    private static async Task TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
        }
        catch (Exception fault) when (fault is EngineUnavailableException or ModelRefusedException)
        {
            // What is counted.
        }
    }

    private static MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ModelsRegistration.TelemetrySource && instrument.Name == "kubememory.model.errors")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var of = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            Measured.Value?.AddRange(Enumerable.Repeat($"{of["port"]} {of["error.type"]}", (int)value));
        });
        listener.Start();
        return listener;
    }
}

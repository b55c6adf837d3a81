using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Core.Streams;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.DeadLetters;

public sealed class DeadLetterTests
{
    private const string Group = "ingest";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_GivesTheNewestFirstWithTheReason()
    {
        await using var api = await StoreHost.StartAsync(new FakeTimeProvider(StreamSet.Start));
        await RejectAsync(api, "{\"a\":1}"u8.ToArray(), "First.");
        await RejectAsync(api, [0xff, (byte)'x'], "Second.");

        var all = await api.GetAsync("/api/dead-letters");
        Assert.Equal(2, (long)all["count"]!);
        var (second, first) = (all["results"]![0]!, all["results"]![1]!);
        Assert.Equal(
            ("signals", "ingest", "First.", "2025-03-01T12:00:00+00:00", "{\"a\":1}", 7),
            ((string?)first["topic"], (string?)first["group"], (string?)first["reason"], (string?)first["at"], (string?)first["payload"], (int?)first["payload_bytes"]));
        Assert.Equal(("Second.", "\ufffdx"), ((string?)second["reason"], (string?)second["payload"]));

        var one = await api.GetAsync("/api/dead-letters/?limit=1");
        Assert.Equal("Second.", (string?)Assert.Single(one["results"]!.AsArray())!["reason"]);
        Assert.Equal(2, (long)one["count"]!);
    }

    [Fact]
    public async Task List_LongPayload_IsCutAtACharacter()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        var text = new string('a', (64 * 1024) - 1) + new string('ü', 10);
        await RejectAsync(api, Encoding.UTF8.GetBytes(text), "Long.");

        var letter = (await api.GetAsync("/api/dead-letters"))["results"]![0]!;
        Assert.Equal(new string('a', (64 * 1024) - 1), (string?)letter["payload"]);
        Assert.Equal((64 * 1024) - 1 + 20, (int)letter["payload_bytes"]!);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("")]
    public async Task List_LimitThatMakesNoSense_Is400(string limit)
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        var (response, problem) = await api.SendAsync(HttpMethod.Get, $"/api/dead-letters?limit={limit}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("from 1 to 200", (string?)problem!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_PutsItBackOnce_ThenIs404()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        await RejectAsync(api, "again"u8.ToArray(), "Broken.");
        var id = (string)(await api.GetAsync("/api/dead-letters"))["results"]![0]!["id"]!;

        Assert.Equal(HttpStatusCode.Accepted, (await api.SendAsync(HttpMethod.Post, $"/api/dead-letters/{id}/replay")).Response.StatusCode);
        Assert.Equal("again", Encoding.UTF8.GetString(Assert.Single(await ReadAsync(api)).Payload.Span));
        Assert.Empty((JsonArray)(await api.GetAsync("/api/dead-letters"))["results"]!);
        foreach (var unknown in (string[])[id, "nonsense", "1-1"])
        {
            var (response, problem) = await api.SendAsync(HttpMethod.Post, $"/api/dead-letters/{unknown}/replay");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains($"no dead letter {unknown}", (string?)problem!["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Replay_FromAForeignPage_IsRefused()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        await RejectAsync(api, "again"u8.ToArray(), "Broken.");
        var id = (string)(await api.GetAsync("/api/dead-letters"))["results"]![0]!["id"]!;

        var (response, _) = await api.SendAsync(HttpMethod.Post, $"/api/dead-letters/{id}/replay", null, ("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(1, await api.Engines.Stream.CountDeadLettersAsync(Token));
    }

    private static async Task RejectAsync(StoreHost api, byte[] payload, string reason)
    {
        await api.Engines.Stream.AppendAsync(new AppendBatch(StreamTopics.Signals, [payload]), Token);
        await api.Engines.Stream.DeadLetterAsync(StreamTopics.Signals, Group, Assert.Single(await ReadAsync(api)), reason, Token);
    }

    private static Task<IReadOnlyList<StreamEntry>> ReadAsync(StoreHost api) =>
        api.Engines.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.Zero, Token);
}

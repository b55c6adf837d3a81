using KubeMemory.Core.Tracing;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.EndToEnd.Distributed;
using KubeMemory.Watcher.Watch;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Telemetry;

/// <summary>Watcher, Api and Web as processes of their own, and what a collector is told of them.</summary>
public sealed class TraceTests
{
    private const string Watcher = "kubememory-watcher";
    private const string Api = "kubememory-api";
    private const string Web = "kubememory-web";

    [Fact]
    public async Task FirstOccurrence_IsOneTraceFromTheWatchToTheDashboard()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var stack = await DistributedStack.StartAsync();
        var dashboard = await TracedStack.StartServicesAsync(stack, collector.Settings);

        Fail(stack.Cluster, "cart");
        var spans = await collector.WaitAsync(spans =>
            TraceOf(spans) is { } trace && new[] { "project vectors", "project graph", "fetch evidence" }.All(name => trace.Exists(span => span.Name == name))
            && trace.Exists(span => span.Tags.GetValueOrDefault("url.full")?.Contains("/upsert", StringComparison.Ordinal) == true));
        var trace = TraceOf(spans)!;

        // To the browser's side …
        var change = Assert.Single(trace, span => span.Name == "live change");
        Assert.Equal(Web, change.Service);
        Assert.Equal(["open incident", "append signals", "receive event"], Above(trace, change).Select(span => span.Name).Where(name => name is not ("project live" or "ingest signals")));
        var published = trace.Single(span => span.Id == change.ParentId);
        Assert.Equal((Api, "project live"), (published.Service, published.Name));
        var received = Assert.Single(trace, span => span.ParentId.Length == 0);
        Assert.Equal((Watcher, "receive event", "shop", "BackOff"), (received.Service, received.Name, received.Tags["k8s.namespace.name"], received.Tags["kubememory.event.reason"]));
        var appended = trace.Single(span => span.ParentId == received.Id);
        Assert.Equal((Watcher, "append signals"), (appended.Service, appended.Name));

        // … to the memory …
        var opened = Assert.Single(trace, span => span.Name == "open incident");
        Assert.Equal(Api, opened.Service);
        Assert.All(["project vectors", "project graph", "project evidence"], name => Assert.Contains(trace, span => span.Name == name && span.ParentId == opened.Id && span.Service == Api));
        Assert.Contains(trace, span => span.Service == Api && Above(trace, span).Any(above => above.Name == "project vectors") && span.Tags.GetValueOrDefault("url.full")?.Contains("/upsert", StringComparison.Ordinal) == true);

        // … and back to the cluster for evidence.
        var fetched = Assert.Single(trace, span => span.Name == "fetch evidence");
        Assert.Equal((Watcher, "project evidence"), (fetched.Service, Assert.Single(Above(trace, fetched).Take(1)).Name));
        Assert.Equal(opened.Tags["kubememory.incident.id"], fetched.Tags["kubememory.incident.id"]);

        // What an engine or the cluster does not have is an answer, and an error of the call alone.
        Assert.All(trace.Where(span => span.Source.StartsWith("KubeMemory.", StringComparison.Ordinal)), span => Assert.Equal(0, span.Status?.Code ?? 0));
        await AssertPageIsOneTraceAsync(collector, dashboard);
        AssertQuiet(spans);
        AssertNoSecrets(spans, stack);
    }

    [Fact]
    public async Task ManyAtOnce_AreOneBatchWithLinks_AndATraceEach()
    {
        const int Workloads = 40;
        await using var collector = await OtlpCollector.StartAsync();
        await using var stack = await DistributedStack.StartAsync();
        await TracedStack.StartServicesAsync(stack, collector.Settings);

        foreach (var number in Enumerable.Range(0, Workloads))
        {
            Fail(stack.Cluster, $"app-{number}");
        }

        // A batch may be told before what it links to, by another process.
        var spans = await collector.WaitAsync(spans =>
        {
            var known = spans.Select(span => (span.TraceId, span.Id)).ToHashSet();
            return spans.Where(span => span.Name == "live change").Select(span => span.TraceId).Distinct().Count() > FirstSights.PerRead
                && spans.Any(span => span is { Name: "ingest signals", Links.Count: > 1 }) && spans.All(span => span.Links.All(known.Contains));
        });

        Assert.All(spans, span => Assert.InRange(span.Links.Count, 0, BatchSpan.MaxLinks));
        var received = spans.Where(span => span.Name == "receive event").Select(span => (span.TraceId, span.Id)).ToHashSet();
        var linked = spans.Where(span => span is { Name: "append signals", ParentId: "" })
            .SelectMany(batch => batch.Links.Where(received.Contains).Select(link => (Batch: (batch.TraceId, batch.Id), Of: link))).ToList();
        Assert.InRange(linked.Count, 2, Workloads);
        Assert.All(linked, link => Assert.Contains(
            spans, span => span.Name == "append signals" && (span.TraceId, span.ParentId) == link.Of && span.Links.Contains(link.Batch)));
        var traces = spans.Where(span => span.Name == "live change").Select(span => span.TraceId).ToHashSet();
        Assert.InRange(received.Count(one => traces.Contains(one.TraceId)), FirstSights.PerRead, Workloads);
    }

    internal static void Fail(SimulatorServer cluster, string workload)
    {
        var pod = $"{workload}-6c8f7d9b54-xbxzt";
        cluster.State.RecordEvent(new EventDraft(
            "shop", "Pod", pod, $"uid-{pod}", "BackOff", $"Back-off restarting failed container app in pod {pod}", FieldPath: "spec.containers{app}", Host: "node-1"));
    }

    private static List<ReceivedSpan>? TraceOf(IReadOnlyList<ReceivedSpan> spans) =>
        spans.FirstOrDefault(span => span.Name == "live change") is { } change ? [.. spans.Where(span => span.TraceId == change.TraceId)] : null;

    /// <summary>Its parent, that one's parent, and so on to the root.</summary>
    private static List<ReceivedSpan> Above(List<ReceivedSpan> trace, ReceivedSpan span)
    {
        var above = new List<ReceivedSpan>();
        for (var parent = ParentOf(span); parent is not null; parent = ParentOf(parent))
        {
            above.Add(parent);
        }

        return above;

        ReceivedSpan? ParentOf(ReceivedSpan child) => trace.Find(one => one.Id == child.ParentId);
    }

    /// <summary>Who opens a page waits for the dashboard, the API and the store.</summary>
    private static async Task AssertPageIsOneTraceAsync(OtlpCollector collector, Uri dashboard)
    {
        using var http = new HttpClient { BaseAddress = dashboard };
        Assert.Contains("KubeMemory", await http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var spans = await collector.WaitAsync(spans => spans.Any(span => IsPage(span)) && spans.Any(span => IsOfThePage(spans, span)));

        Assert.Equal("", spans.Single(IsPage).ParentId);

        static bool IsPage(ReceivedSpan span) => span is { Service: Web, Kind: 2 } && span.Tags.GetValueOrDefault("url.path") == "/";
        static bool IsOfThePage(IReadOnlyList<ReceivedSpan> spans, ReceivedSpan span) =>
            span is { Service: Api, Source: "Npgsql", Name: "SELECT incidents" } && spans.Any(page => IsPage(page) && page.TraceId == span.TraceId);
    }

    /// <summary>What looks again and again leaves no traces, and what lasts for hours no spans.</summary>
    private static void AssertQuiet(IReadOnlyList<ReceivedSpan> spans)
    {
        Assert.DoesNotContain(spans, span => span is { Kind: 3, ParentId: "" });
        Assert.DoesNotContain(spans, span => span.Tags.GetValueOrDefault("url.path") is "/api/incidents/stream" or "/health" or "/alive");
        Assert.DoesNotContain(spans, span => span.Tags.GetValueOrDefault("url.full")?.Contains("/api/incidents/stream", StringComparison.Ordinal) == true);
        Assert.All(spans, span => Assert.InRange(span.End - span.Start, 0ul, 120_000_000_000ul));
    }

    private static void AssertNoSecrets(IReadOnlyList<ReceivedSpan> spans, DistributedStack stack)
    {
        string[] secrets = [stack.Postgres.ConnectionString, stack.Redis.ConnectionString, stack.Neo4j.ConnectionString, "Password", "Username=", "Back-off restarting"];
        Assert.All(spans, span => Assert.All(span.Tags.Values.Concat(span.Resource.Values).Append(span.Status?.Message ?? ""), text =>
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase))));
    }
}

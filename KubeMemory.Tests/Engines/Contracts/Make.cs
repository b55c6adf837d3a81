using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>Signals as a watcher would make them.</summary>
internal static class Make
{
    public const string Cluster = "cluster-1";

    /// <summary>A version of the Event <paramref name="series"/> about a pod of a Deployment.</summary>
    public static FailureSignal Event(
        string workload,
        string series,
        long occurrences,
        DateTimeOffset lastSeen,
        IncidentType type = IncidentType.CrashLoopBackOff,
        string? pod = null) => new()
        {
            ClusterId = Cluster,
            Source = SignalSource.Event,
            SeriesKey = $"e|shop|{series}",
            Namespace = "shop",
            SubjectKind = "Pod",
            SubjectName = pod ?? $"{workload}-1",
            PodName = pod ?? $"{workload}-1",
            NodeName = "node-1",
            WorkloadKind = "Deployment",
            WorkloadName = workload,
            Container = type.Family() == FailureFamily.Scheduling ? "" : "app",
            Type = type,
            Reason = "BackOff",
            Message = $"Message of {series}",
            Description = $"{type} of {workload}",
            Signature = $"{type}: cause",
            Occurrences = occurrences,
            FirstSeen = lastSeen - TimeSpan.FromMinutes(5),
            LastSeen = lastSeen,
        };

    public static FailureSignal State(string workload, string series, DateTimeOffset lastSeen, IncidentType type = IncidentType.CrashLoopBackOff, string? pod = null) =>
        Event(workload, series, 1, lastSeen, type, pod) with { Source = SignalSource.State, SeriesKey = $"s|{series}", FirstSeen = lastSeen };

    public static HealthSignal Health(string workload, int desired, int ready, DateTimeOffset at, DateTimeOffset? allReadySince = null) => new()
    {
        ClusterId = Cluster,
        Namespace = "shop",
        WorkloadKind = "Deployment",
        WorkloadName = workload,
        Desired = desired,
        Ready = ready,
        At = at,
        AllReadySince = allReadySince,
    };

    public static SignalEnvelope[] Batch(params IEnumerable<Signal> signals) =>
        [.. signals.Select(signal => new SignalEnvelope(SignalEnvelope.CurrentVersion, EngineSet.Start, null, signal))];

    public static Task<IngestOutcome> IngestAsync(this EngineSet engines, params IEnumerable<Signal> signals) =>
        engines.Ingestor.IngestAsync(Batch(signals), TestContext.Current.CancellationToken);

    public static async Task<IReadOnlyList<IncidentSummary>> IncidentsAsync(this EngineSet engines) =>
        (await engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200, Sort = IncidentSort.OccurredAt, Ascending = true }, TestContext.Current.CancellationToken)).Results;

    public static async Task<IncidentSummary> OnlyIncidentAsync(this EngineSet engines) => Assert.Single(await engines.IncidentsAsync());

    public static async Task<IncidentDetail> DetailAsync(this EngineSet engines, long id) =>
        (await engines.Reader.GetAsync(id, TestContext.Current.CancellationToken))!;

    public static async Task<long> GateAsync(this EngineSet engines, string gate) =>
        await GateAsync((StreamSet)engines, gate)
        + (await engines.Reader.GetGateCountsAsync(TestContext.Current.CancellationToken)).Where(count => count.Gate == gate).Sum(count => count.Count);

    public static async Task<long> GateAsync(this StreamSet engines, string gate) =>
        (await engines.Stream.GetGateCountsAsync(TestContext.Current.CancellationToken)).Where(count => count.Gate == gate).Sum(count => count.Count);

    public static AppendBatch Payloads(params IEnumerable<string> payloads) =>
        new(StreamTopics.Signals, [.. payloads.Select(text => new ReadOnlyMemory<byte>(System.Text.Encoding.UTF8.GetBytes(text)))]);
}

using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using KubeMemory.Engines;
using KubeMemory.Engines.Relational;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubeMemory.Benchmarks.Recall;

/// <summary>
/// Incidents of many faults in a store of their own, come about as in life: signals through the ingest, evidence, vectors. Of each fault six, on
/// four workloads of three clusters: two workloads have it twice, so that it recurs, and a workload has seen other faults besides.
/// </summary>
internal sealed class RecallCorpus : IAsyncDisposable
{
    private const int Instances = 6;
    private const int Places = 120;

    /// <summary>Which of the fault's workloads each instance is on.</summary>
    private static readonly int[] PlaceOf = [0, 0, 1, 2, 3, 3];

    private static readonly string[] Teams = ["payments", "shop", "search", "identity", "billing", "shipping", "media", "reports", "mail", "edge", "data", "platform"];
    private static readonly string[] Parts = ["api", "web", "worker", "gateway", "importer", "indexer", "consumer", "proxy", "notifier", "sync"];
    private static readonly string[] Things = ["cart", "catalog", "customer", "delivery", "pricing", "review", "wallet", "campaign", "report", "ticket", "booking", "fleet", "sensor"];
    private static readonly string[] Registries = ["registry.example.com", "ghcr.io/acme", "docker.io/acme", "quay.io/acme", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"];

    private readonly string _folder = Directory.CreateTempSubdirectory("kubememory-recall-").FullName;
    private readonly Dictionary<long, RecallInstance> _instances = [];
    private EmbeddedEngines _engines = null!;

    /// <summary>By incident.</summary>
    public IReadOnlyDictionary<long, RecallInstance> Incidents => _instances;

    public IIncidentSearch Search { get; private set; } = null!;

    public SimilarIncidents Vectors { get; private set; } = null!;

    public SimilarCases Cases { get; private set; } = null!;

    public static async Task<RecallCorpus> BuildAsync(
        IReadOnlyList<RecallFault> faults, RecallHalf half, IEmbeddingGenerator<string, Embedding<float>> embedding, Diagnoser diagnoser, CancellationToken cancellationToken)
    {
        var corpus = new RecallCorpus();
        var time = new MovedTime();
        corpus._engines = await EmbeddedEngines.OpenAsync(corpus._folder, time, NullLoggerFactory.Instance, cancellationToken);
        foreach (var instance in InstancesOf(faults, half))
        {
            time.Now = instance.At;
            await corpus.AddAsync(instance, time, cancellationToken);
        }

        var text = new TextEmbedding(embedding);
        await corpus.EmbedAsync(text, cancellationToken);
        corpus.Search = new RelationalIncidentSearch(corpus._engines.Relational);
        corpus.Vectors = new SimilarIncidents(corpus._engines.Vectors, corpus._engines.Projections, text);
        corpus.Cases = new SimilarCases(corpus.Search, corpus._engines.Projections, corpus.Vectors, diagnoser);
        return corpus;
    }

    public async ValueTask DisposeAsync()
    {
        await _engines.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What an entry of the list must be of to count: the fault, on another key than those counted already.</summary>
    public int OthersOf(long incident)
    {
        var fault = _instances[incident].Fault.Id;
        return _instances.Where(one => one.Key != incident && one.Value.Fault.Id == fault).Select(one => one.Value.Place).Distinct().Count();
    }

    /// <summary>In the order of time, the faults mixed.</summary>
    private static IEnumerable<RecallInstance> InstancesOf(IReadOnlyList<RecallFault> faults, RecallHalf half)
    {
        var random = new Random(17 + (int)half);
        RecallPlace[] places = [.. Enumerable.Range(0, Places).Select(i => PlaceAt(i, random))];
        var start = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
        var all = new List<(RecallFault Fault, FaultWording Wording, RecallPlace Place, int Order)>();
        for (var f = 0; f < faults.Count; f++)
        {
            var own = places.OrderBy(_ => random.Next()).Take(PlaceOf.Max() + 1).ToArray();
            var wordings = faults[f].Of(half);
            for (var i = 0; i < Instances; i++)
            {
                all.Add((faults[f], wordings[PlaceOf[i] % wordings.Count], own[PlaceOf[i]], random.Next()));
            }
        }

        return all.OrderBy(one => one.Order).Select((one, i) => new RecallInstance(one.Fault, one.Wording, one.Place, (i * 7919) + (int)half, start.AddHours(3 * i)));
    }

    private static RecallPlace PlaceAt(int i, Random random)
    {
        var (thing, part, team) = (Things[random.Next(Things.Length)], Parts[random.Next(Parts.Length)], Teams[random.Next(Teams.Length)]);
        var workload = $"{thing}-{part}{(i < 60 ? "" : "-v2")}";
        var kind = random.Next(4) == 0 ? "StatefulSet" : "Deployment";
        return new RecallPlace(
            $"cluster-{random.Next(3)}", team, workload, kind, random.Next(3) == 0 ? "app" : part, $"{Registries[random.Next(Registries.Length)]}/{team}/{workload}:v{random.Next(1, 40)}", $"node-{random.Next(12)}");
    }

    private async Task AddAsync(RecallInstance instance, TimeProvider time, CancellationToken cancellationToken)
    {
        var ingestor = new IncidentIngestor(_engines.Store, _engines.IncidentOptions, time);
        var (failure, evidence) = instance.Signals();
        await ingestor.IngestAsync([Envelope(failure, instance.At)], cancellationToken);
        var id = await _engines.Relational.ReadAsync(session => session.NumberAsync("SELECT MAX(id) FROM incidents"), cancellationToken) ?? 0;
        if (!_instances.TryAdd(id, instance))
        {
            throw new InvalidOperationException($"{instance.Fault.Id} on {instance.Place.Workload} opened no incident of its own.");
        }

        await ingestor.IngestAsync([Envelope(evidence(id), instance.At)], cancellationToken);
        // It is over before the next one: what comes back opens a new one.
        await new IncidentLifecycle(_engines.Store, _engines.IncidentOptions, time).SetStatusAsync(id, IncidentStatus.Resolved, cancellationToken);
    }

    private static SignalEnvelope Envelope(Signal signal, DateTimeOffset at) => new(SignalEnvelope.CurrentVersion, at, null, signal);

    private async Task EmbedAsync(TextEmbedding embedding, CancellationToken cancellationToken)
    {
        var space = await embedding.SpaceAsync(cancellationToken);
        await _engines.Projections.BeginAsync(Projectors.Vectors, space.ToString(), again: false, cancellationToken);
        foreach (var ids in _instances.Keys.Chunk(64))
        {
            var facts = await _engines.Projections.ReadAsync(ids, cancellationToken);
            string[] documents = [.. facts.Select(IncidentDocument.Of)];
            var vectors = await embedding.EmbedAsync(documents, cancellationToken);
            await _engines.Vectors.UpsertAsync(
                space,
                [.. facts.Select((one, i) => new VectorRecord(VectorRecord.IdOf(one.Id), VectorKinds.Incident, one.Id, one.ClusterId, one.Namespace, one.Workload, one.Type, documents[i], vectors[i]))],
                cancellationToken);
        }
    }

    private sealed class MovedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.AI;

namespace KubeMemory.Tests.Api.Projection;

/// <summary>Vector memory in a dictionary, with faults on demand.</summary>
internal sealed class InMemoryVectorMemory : IVectorMemory
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, VectorRecord>> _spaces = [];

    /// <summary>Thrown by every call.</summary>
    public Exception? Out { get; set; }

    /// <summary>Thrown by the next upsert after it has written so many of its records.</summary>
    public (int Written, Exception Fault)? HalfWay { get; set; }

    /// <summary>Refused, and all that is with it.</summary>
    public HashSet<long> Refused { get; } = [];

    /// <summary>Called before each upsert.</summary>
    public Func<Task>? BeforeUpsert { get; set; }

    /// <summary>How many records each upsert had that was tried.</summary>
    public List<int> Upserts { get; } = [];

    /// <summary>How many documents each look had that was tried.</summary>
    public List<int> Reads { get; } = [];

    /// <summary>How often a record was written, the same one again included.</summary>
    public int Writes { get; private set; }

    public IReadOnlyDictionary<string, VectorRecord> this[string space] =>
        _spaces.TryGetValue(space, out var records) ? records : ReadOnlyDictionary<string, VectorRecord>.Empty;

    public async Task UpsertAsync(VectorSpace space, IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken)
    {
        Upserts.Add(records.Count);
        if (BeforeUpsert is { } before)
        {
            await before();
        }

        Check();
        if (records.FirstOrDefault(record => Refused.Contains(record.IncidentId)) is { } refused)
        {
            throw new ProjectionRejectedException($"Refused: {refused.Id}.");
        }

        var half = HalfWay;
        HalfWay = null;
        foreach (var record in records.Take(half?.Written ?? int.MaxValue))
        {
            _spaces.TryAdd(space.ToString(), []);
            _spaces[space.ToString()][record.Id] = record;
            Writes++;
        }

        if (half is { } broken)
        {
            throw broken.Fault;
        }
    }

    public Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        Check();
        foreach (var space in _spaces.Values)
        {
            foreach (var id in incidentIds)
            {
                space.TryRemove(VectorRecord.IdOf(id), out _);
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<VectorMatch>> SearchAsync(
        VectorSpace space, ReadOnlyMemory<float> vector, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult<IReadOnlyList<VectorMatch>>(
        [
            .. this[space.ToString()].Values.Where(record => record.IncidentId != filter.Except)
                .Select(record => new VectorMatch(record.Id, record.Kind, record.IncidentId, record.Document, Cosine(record.Vector.Span, vector.Span)))
                .OrderByDescending(match => match.Similarity).ThenBy(match => match.Id, StringComparer.Ordinal).Take(max),
        ]);
    }

    public Task<ReadOnlyMemory<float>?> GetAsync(VectorSpace space, string id, CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult(this[space.ToString()].TryGetValue(id, out var record) ? record.Vector : (ReadOnlyMemory<float>?)null);
    }

    public Task<IReadOnlyDictionary<string, string>> GetDocumentsAsync(VectorSpace space, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        Reads.Add(ids.Count);
        Check();
        return Task.FromResult<IReadOnlyDictionary<string, string>>(
            this[space.ToString()].Values.Where(record => ids.Contains(record.Id)).ToDictionary(record => record.Id, record => VectorRules.Document(record.Document)));
    }

    public Task<long> CountAsync(VectorSpace space, CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult((long)this[space.ToString()].Count);
    }

    public Task<IReadOnlyList<VectorSpace>> ListSpacesAsync(CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult<IReadOnlyList<VectorSpace>>([.. _spaces.Keys.Select(VectorSpace.Parse)]);
    }

    public Task DropAsync(VectorSpace space, CancellationToken cancellationToken)
    {
        Check();
        _spaces.TryRemove(space.ToString(), out _);
        return Task.CompletedTask;
    }

    public void Forget(long incidentId) => DeleteAsync([incidentId], CancellationToken.None);

    private void Check()
    {
        if (Out is { } fault)
        {
            throw fault;
        }
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, first = 0, second = 0;
        for (var i = 0; i < a.Length; i++)
        {
            dot += a[i] * b[i];
            first += a[i] * a[i];
            second += b[i] * b[i];
        }

        return dot / Math.Sqrt(first * second);
    }
}

/// <summary>The incidents of a graph, without what they hang on, with faults on demand.</summary>
internal sealed class InMemoryGraph : IIncidentGraph
{
    public ConcurrentDictionary<long, IncidentFacts> Incidents { get; } = [];

    public Exception? Out { get; set; }

    public int Prepared { get; private set; }

    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        Check();
        Prepared++;
        return Task.CompletedTask;
    }

    public Task UpsertAsync(IReadOnlyList<IncidentFacts> incidents, CancellationToken cancellationToken)
    {
        Check();
        foreach (var incident in incidents)
        {
            Incidents[incident.Id] = incident;
        }

        return Task.CompletedTask;
    }

    public Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        Check();
        foreach (var id in incidentIds)
        {
            Incidents.TryRemove(id, out _);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<CoOccurrence>> FindCoOccurringAsync(long incidentId, TimeSpan within, int max, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<GraphNeighbourhood?> GetNeighbourhoodAsync(long incidentId, int maxIncidents, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> CountAsync(CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult((long)Incidents.Count);
    }

    public Task DropAsync(CancellationToken cancellationToken)
    {
        Incidents.Clear();
        return Task.CompletedTask;
    }

    private void Check()
    {
        if (Out is { } fault)
        {
            throw fault;
        }
    }
}

/// <summary>Letters counted: texts of the same letters are alike.</summary>
internal sealed class LetterEmbedding(string model = "letters", int dimensions = 26, bool silent = false) : IEmbeddingGenerator<string, Embedding<float>>
{
    public Exception? Out { get; set; }

    /// <summary>Nothing but zeros for every text.</summary>
    public bool Broken { get; set; }

    /// <summary>All that it was asked.</summary>
    public List<string> Texts { get; } = [];

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (Out is { } fault)
        {
            return Task.FromException<GeneratedEmbeddings<Embedding<float>>>(fault);
        }

        string[] texts = [.. values];
        Texts.AddRange(texts);
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(text => new Embedding<float>(Broken ? new float[dimensions] : Of(text)))));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("test", null, model, silent ? null : dimensions) : null;

    public void Dispose()
    {
        // Nothing to let go of.
    }

    private float[] Of(string text)
    {
        var vector = new float[dimensions];
        foreach (var letter in text.Where(char.IsAsciiLetter))
        {
            vector[char.ToLowerInvariant(letter) % dimensions]++;
        }

        return vector;
    }
}

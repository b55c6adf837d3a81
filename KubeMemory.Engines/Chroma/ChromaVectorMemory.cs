using System.Collections.Concurrent;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Chroma;

/// <summary>
/// One collection a space, by cosine. A collection that was dropped beside us (its server's data lost, or another process) is looked up again, and made
/// again by the next upsert.
/// </summary>
internal sealed partial class ChromaVectorMemory(ChromaClient chroma, ILogger<ChromaVectorMemory> logger) : IVectorMemory
{
    /// <summary>
    /// Records of one request, however many more the server would take: replacing one costs it ten times what adding one does. Among 10,000 of
    /// 384 dimensions 100 took 1.1 s and 500 took 7.8 s, too near to <see cref="ChromaTiming.Attempt"/>.
    /// </summary>
    internal const int MaxBatch = 100;

    /// <summary>Bytes of one request's JSON, estimated; the server's own limit is 40 MB.</summary>
    private const int MaxBody = 8 << 20;
    /// <summary>Records asked for besides those wanted, where an incident is left out.</summary>
    private const int Spare = 4;
    private const int DeleteBatch = 500;
    private const int ListPage = 500;

    private readonly ConcurrentDictionary<string, string> _ids = new(StringComparer.Ordinal);
    private ChromaPreFlight? _preFlight;

    public async Task UpsertAsync(VectorSpace space, IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken)
    {
        VectorRules.Check(space, records);
        if (records.Count == 0)
        {
            return;
        }

        // Two at once ask twice, and get the same answer.
        var preFlight = _preFlight ??= await chroma.PreFlightAsync(cancellationToken);
        var base64 = preFlight.SupportsBase64Encoding && BitConverter.IsLittleEndian;
        VectorRecord[] all = [.. records];
        for (var start = 0; start < all.Length;)
        {
            var count = BatchFrom(all.AsSpan(start), Math.Clamp(preFlight.MaxBatchSize, 1, MaxBatch), base64);
            var body = ChromaBodies.Upsert(all.AsSpan(start, count), base64);
            _ = await InCollectionAsync(space, create: true, id => chroma.UpsertAsync(id, body, cancellationToken), cancellationToken)
                ?? throw new EngineUnavailableException(chroma.Name, new InvalidOperationException("its collection goes as soon as it is made"));
            start += count;
        }
    }

    public async Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidentIds);
        if (incidentIds.Count == 0)
        {
            return;
        }

        var bodies = incidentIds.Chunk(DeleteBatch).Select(ids => ChromaBodies.Delete(ids)).ToList();
        foreach (var (collection, _) in await CollectionsAsync(cancellationToken))
        {
            foreach (var body in bodies)
            {
                if (await chroma.DeleteAsync(collection.Id, body, cancellationToken) is null)
                {
                    // Dropped since it was listed, and everything with it.
                    break;
                }
            }
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> SearchAsync(
        VectorSpace space, ReadOnlyMemory<float> vector, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        VectorRules.Check(space, vector.Span, max);
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Except is not { } except)
        {
            return await QueryAsync(space, vector, max, filter, cancellationToken);
        }

        // $ne makes Chroma gather every other record first: 17 ms instead of 2 at 10,000. An incident has a record or two, so a few more than
        // wanted are asked for, and its own left out here; $ne is for the one that has more.
        var more = await QueryAsync(space, vector, max + Spare, filter with { Except = null }, cancellationToken);
        List<VectorMatch> others = [.. more.Where(match => match.IncidentId != except).Take(max)];
        return others.Count == max || more.Count < max + Spare ? others : await QueryAsync(space, vector, max, filter, cancellationToken);
    }

    public async Task<ReadOnlyMemory<float>?> GetAsync(VectorSpace space, string id, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var body = ChromaBodies.Get([id], "embeddings");
        var reply = await InCollectionAsync(space, create: false, collection => chroma.GetAsync(collection, body, cancellationToken), cancellationToken);
        if (reply is not { Embeddings: [var vector, ..] })
        {
            return null;
        }

        return vector;
    }

    public async Task<IReadOnlyDictionary<string, string>> GetDocumentsAsync(
        VectorSpace space, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        ArgumentNullException.ThrowIfNull(ids);
        var documents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var some in ids.Chunk(MaxBatch))
        {
            var body = ChromaBodies.Get(some, "documents");
            var reply = await InCollectionAsync(space, create: false, id => chroma.GetAsync(id, body, cancellationToken), cancellationToken);
            if (reply is not { Documents: { } found })
            {
                continue;
            }

            for (var at = 0; at < found.Length; at++)
            {
                if (found[at] is { } document)
                {
                    documents[reply.Ids[at]] = document;
                }
            }
        }

        return documents;
    }

    public async Task<long> CountAsync(VectorSpace space, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        return await InCollectionAsync(space, create: false, id => chroma.CountAsync(id, cancellationToken), cancellationToken) ?? 0;
    }

    public async Task<IReadOnlyList<VectorSpace>> ListSpacesAsync(CancellationToken cancellationToken) =>
        [.. (await CollectionsAsync(cancellationToken)).Select(collection => collection.Space)];

    public async Task DropAsync(VectorSpace space, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        var name = ChromaNames.Of(space);
        await chroma.DropAsync(name, cancellationToken);
        _ids.TryRemove(name, out _);
    }

    /// <summary>How many of the first records go into one request; one at least.</summary>
    internal static int BatchFrom(ReadOnlySpan<VectorRecord> records, int max, bool base64)
    {
        var bytes = 0L;
        var count = 0;
        while (count < records.Length && count < max)
        {
            var record = records[count];
            bytes += (record.Vector.Length * (base64 ? 6L : 14L)) + (Math.Min(record.Document.Length, VectorRules.MaxDocumentLength) * 3L) + 512;
            if (count > 0 && bytes > MaxBody)
            {
                break;
            }

            count++;
        }

        return count;
    }

    private async Task<IReadOnlyList<VectorMatch>> QueryAsync(
        VectorSpace space, ReadOnlyMemory<float> vector, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        var body = ChromaBodies.Query(vector, max, filter);
        var reply = await InCollectionAsync(space, create: false, id => chroma.QueryAsync(id, body, cancellationToken), cancellationToken);
        if (reply is null)
        {
            return [];
        }

        var (ids, documents, metadatas, distances) = (reply.Ids[0], reply.Documents[0], reply.Metadatas[0], reply.Distances[0]);
        return
        [
            .. ids
                .Select((id, i) => new VectorMatch(
                    id, metadatas[i].Kind, metadatas[i].IncidentId, documents[i] ?? "", Math.Clamp(1 - distances[i], -1, 1)))
                .OrderByDescending(match => match.Similarity)
                .ThenBy(match => match.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Asks a collection, and once again where the one that we knew is gone; default where there is none.</summary>
    private async Task<T?> InCollectionAsync<T>(VectorSpace space, bool create, Func<string, Task<T?>> ask, CancellationToken cancellationToken)
    {
        var name = ChromaNames.Of(space);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var known = _ids.TryGetValue(name, out var id);
            id ??= await LookUpAsync(name, space, create, cancellationToken);
            if (id is null)
            {
                return default;
            }

            if (await ask(id) is { } answer)
            {
                return answer;
            }

            _ids.TryRemove(new(name, id));
            if (known)
            {
                Log.Gone(logger, name, chroma.Name);
            }
        }

        return default;
    }

    private async Task<string?> LookUpAsync(string name, VectorSpace space, bool create, CancellationToken cancellationToken)
    {
        var collection = create ? await chroma.FindOrCreateAsync(name, space, cancellationToken) : await chroma.FindAsync(name, cancellationToken);
        if (collection is not null)
        {
            _ids[name] = collection.Id;
        }

        return collection?.Id;
    }

    /// <summary>Ours, whoever of us made them; others in the same database are not touched.</summary>
    private async Task<List<(ChromaCollection Collection, VectorSpace Space)>> CollectionsAsync(CancellationToken cancellationToken)
    {
        var ours = new List<(ChromaCollection, VectorSpace)>();
        for (var offset = 0; ; offset += ListPage)
        {
            var page = await chroma.ListAsync(ListPage, offset, cancellationToken);
            foreach (var collection in page)
            {
                if (SpaceOf(collection) is { } space)
                {
                    ours.Add((collection, space));
                }
            }

            if (page.Length < ListPage)
            {
                return ours;
            }
        }
    }

    private static VectorSpace? SpaceOf(ChromaCollection collection) =>
        collection.Name.StartsWith(ChromaNames.Prefix, StringComparison.Ordinal)
        && collection.Metadata is { } metadata
        && metadata.TryGetValue(ChromaBodies.ModelKey, out var model) && model.ValueKind == JsonValueKind.String
        && metadata.TryGetValue(ChromaBodies.DimensionsKey, out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out var dimensions)
            ? new VectorSpace(model.GetString()!, dimensions)
            : null;

    private static partial class Log
    {
        [LoggerMessage(700, LogLevel.Warning, "The collection {Collection} is gone from {Chroma}: looking it up again")]
        public static partial void Gone(ILogger logger, string collection, string chroma);
    }
}

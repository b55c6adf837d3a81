namespace KubeMemory.Engines.Chroma;

// What Chroma answers, in snake_case. Members that nobody reads are left out.

/// <summary><code>{"max_batch_size":5461,"supports_base64_encoding":true}</code></summary>
internal sealed record ChromaPreFlight(int MaxBatchSize, bool SupportsBase64Encoding);

/// <summary>
/// <code>{"id":"cbc5f728-328e-43d5-9c38-3602c956b7fa","name":"kubememory-m-3-0a1b2c3d4e5f",
/// "metadata":{"kubememory_model":"m","kubememory_dimensions":3},"dimension":null,…}</code>
/// A collection of somebody else has other metadata, or null.
/// </summary>
internal sealed record ChromaCollection(string Id, string Name, Dictionary<string, System.Text.Json.JsonElement>? Metadata);

/// <summary>
/// One list a query vector.
/// <code>{"ids":[["incident:1"]],"documents":[["text"]],"metadatas":[[{"incident_id":1,"kind":"incident"}]],"distances":[[0.39999998]],…}</code>
/// </summary>
internal sealed record ChromaQueryReply(string[][] Ids, string?[][] Documents, ChromaMetadata[][] Metadatas, double[][] Distances);

/// <summary>What is read back of a record's metadata; the others only filter.</summary>
internal sealed record ChromaMetadata(long IncidentId, string Kind);

/// <summary><code>{"ids":["incident:1"],"embeddings":[[0.6,0.8,0.0]],"documents":null,…}</code> What was not asked for is null.</summary>
internal sealed record ChromaGetReply(string[] Ids, float[][]? Embeddings, string?[]? Documents);

/// <summary><code>{"error":"InvalidArgumentError","message":"Collection expecting embedding with dimension of 3, got 2"}</code></summary>
internal sealed record ChromaError(string? Error, string? Message);

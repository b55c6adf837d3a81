namespace KubeMemory.Standalone.Import;

/// <param name="Paths">Of one cluster.</param>
/// <param name="Cluster">What to call it; null: after the first path.</param>
/// <param name="Namespaces">Comma list; null or <c>*</c>: all.</param>
internal sealed record ImportOptions(string DataFolder, IReadOnlyList<string> Paths, string? Cluster, string? Namespaces);

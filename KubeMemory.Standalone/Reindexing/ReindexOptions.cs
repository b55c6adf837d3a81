namespace KubeMemory.Standalone.Reindexing;

/// <param name="Projection"><c>vectors</c> or <c>graph</c>.</param>
/// <param name="Again">From the beginning, where one is under way.</param>
/// <param name="Api">The API that is to do it; null: whoever has the data folder.</param>
/// <param name="ApiKey">What to show it; null: what the environment says, else what this machine's own API takes.</param>
internal sealed record ReindexOptions(string DataFolder, string Projection, bool Again, Uri? Api, string? ApiKey);

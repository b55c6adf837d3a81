namespace KubeMemory.Simulator.Captures;

/// <summary>How much of a capture is read. Archives come from strangers; a folder is bounded in the same way.</summary>
internal sealed record CaptureLimits
{
    public static readonly CaptureLimits Default = new();

    /// <summary>Files and other entries of one archive or folder.</summary>
    public int MaxEntries { get; init; } = 100_000;

    /// <summary>Bytes of one file that is parsed. Five thousand pods with managed fields are about 100 MB.</summary>
    public long MaxFileBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of everything, unpacked.</summary>
    public long MaxTotalBytes { get; init; } = 2L << 30;

    /// <summary>Unpacked bytes for each packed byte; logs reach about 100, a bomb about 1000. Judged beyond <see cref="ExpansionFloorBytes"/>.</summary>
    public int MaxExpansion { get; init; } = 250;

    /// <summary>Unpacked bytes that are always granted.</summary>
    public long ExpansionFloorBytes { get; init; } = 32L << 20;

    /// <summary>Bytes kept from the end of each log.</summary>
    public int KeptLogBytes { get; init; } = 1 << 20;

    /// <summary>Nesting of objects and lists in a document.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Values that the aliases of one YAML file may repeat, all together.</summary>
    public int MaxAliasedValues { get; init; } = 100_000;
}

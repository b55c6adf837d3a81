namespace KubeMemory.Core.Diagnosis.Kubernetes;

/// <summary>Parts of patterns.</summary>
internal static class Fragment
{
    /// <summary>As messages quote: plain, single or back quotes, escaped once or more by whoever passed the message on.</summary>
    public const string Quote = """[\\"'`]+""";

    /// <summary>Quotes, or none.</summary>
    public const string MaybeQuote = """[\\"'`]*""";

    /// <summary>What stands between them.</summary>
    public const string Quoted = """[^\\"'`\n]+""";

    /// <summary>A name of an object, without the punctuation after it.</summary>
    public const string Name = "[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?";

    /// <summary>A host with its port, if any.</summary>
    public const string Host = "[A-Za-z0-9](?:[-A-Za-z0-9._]*[A-Za-z0-9])?(?::[0-9]+)?";

    /// <summary>A path, without the punctuation after it.</summary>
    public const string Path = """/(?:[^\s\\"'`,:;)\]]*[^\s\\"'`,:;.)\]])?""";
}

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>Which signatures say what a label says. The one place where the set and the catalogue meet.</summary>
/// <param name="Signatures">Ids by cause.</param>
internal sealed record CauseMap(IReadOnlyDictionary<string, IReadOnlyList<string>> Signatures)
{
    // image-not-found: image-not-found image-gone   # what it means
    public static CauseMap Read(string text)
    {
        var map = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !map.TryAdd(line[..colon], line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                throw new FormatException($"causes.txt: 'cause: signature signature …', each cause once, is not: {line}");
            }
        }

        return new CauseMap(map);
    }

    public bool Says(string signatureId, string cause) => Signatures.TryGetValue(cause, out var ids) && ids.Contains(signatureId);
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace KubeMemory.Core.Signals;

/// <summary>
/// What a store can take of what a cluster says. A server that is not a real one may answer with names of any length and any character: keys
/// are bounded so that an index holds them, the separator of keys is kept out of names, and text is cleaned, before any engine sees it.
/// What a real cluster says passes unchanged.
/// </summary>
internal static class SignalBounds
{
    /// <summary>Kubernetes' own limit of a name, in bytes of UTF-8.</summary>
    public const int LongestName = 253;

    /// <summary>
    /// Of other keys, in bytes of UTF-8. A key of the tables has at most one of these beside a name, or five names: both are less than the
    /// 2,704 bytes that PostgreSQL's B-tree takes.
    /// </summary>
    public const int LongestKey = 1024;

    private static readonly SearchValues<char> PlainName = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:@");

    public static Signal Of(Signal signal) => signal switch
    {
        FailureSignal failure => Of(failure),
        HealthSignal health => health with
        {
            ClusterId = Name(health.ClusterId),
            Namespace = Name(health.Namespace),
            WorkloadKind = Name(health.WorkloadKind),
            WorkloadName = Name(health.WorkloadName),
        },
        EvidenceSignal evidence => evidence with { ClusterId = Name(evidence.ClusterId), Items = [.. evidence.Items.Select(Of)] },
        ClusterSignal cluster => cluster with { ClusterId = Name(cluster.ClusterId), Name = StorableText.Of(cluster.Name) },
        _ => signal,
    };

    private static FailureSignal Of(FailureSignal signal) => signal with
    {
        ClusterId = Name(signal.ClusterId),
        SeriesKey = Key(signal.SeriesKey),
        Namespace = Name(signal.Namespace),
        SubjectKind = Name(signal.SubjectKind),
        SubjectName = Name(signal.SubjectName),
        WorkloadKind = Name(signal.WorkloadKind),
        WorkloadName = Name(signal.WorkloadName),
        Container = Name(signal.Container),
        PodName = signal.PodName is { } pod ? Name(pod) : null,
        NodeName = signal.NodeName is { } node ? Name(node) : null,
        Image = signal.Image is { } image ? Key(image) : null,
        Message = StorableText.Of(signal.Message),
        Description = StorableText.Of(signal.Description),
        Signature = Key(signal.Signature),
        CauseKeys = signal.CauseKeys.Count == 0 ? signal.CauseKeys : [.. signal.CauseKeys.Select(Key)],
        // Kubernetes counts in 32 bits.
        Occurrences = Math.Min(signal.Occurrences, int.MaxValue),
    };

    private static EvidenceItem Of(EvidenceItem item) => item with
    {
        Key = Key(item.Key),
        Title = StorableText.Of(item.Title),
        Text = StorableText.Of(item.Text),
        PodName = item.PodName is { } pod ? Name(pod) : null,
        Container = item.Container is { } container ? Name(container) : null,
    };

    /// <summary>A part of a key, which joins its parts by '|'.</summary>
    private static string Name(string text) => text.Length <= LongestName && !text.AsSpan().ContainsAnyExcept(PlainName)
        ? text
        : Shorten(StorableText.Of(text).Replace('|', '\uFFFD'), LongestName);

    private static string Key(string text) => Shorten(StorableText.Of(text), LongestKey);

    /// <summary>Its beginning, and a hash of all of it, so that two that differ stay two.</summary>
    private static string Shorten(string text, int bytes)
    {
        if (text.Length <= bytes / 3 || Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
        var left = bytes - hash.Length - 1;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return $"{text.AsSpan(0, end)}~{hash}";
    }
}

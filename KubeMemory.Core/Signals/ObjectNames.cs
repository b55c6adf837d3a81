using System.Buffers;

namespace KubeMemory.Core.Signals;

/// <summary>
/// Names in an Event are free text to the API server: whoever may write Events may write any. Names are parts of keys, joined by '|', so
/// what cannot be the name of an object is not taken for one.
/// </summary>
internal static class ObjectNames
{
    // RFC 1123: a subdomain.
    private const int Longest = 253;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    public static bool CanBe(string name) => name.Length is > 0 and <= Longest && !name.AsSpan().ContainsAnyExcept(Letters);
}

namespace KubeMemory.Core.Memory;

/// <summary>
/// What a word contributes to a <see cref="LexicalEmbedding"/>: 64-bit hashes of itself and of its n-grams. The upper half of a hash
/// chooses the dimension, bit 1 the sign, bit 0 says whether it is a whole word.
/// </summary>
internal static class LexicalFeatures
{
    private const int ShortestGram = 3;
    private const int LongestGram = 5;
    private const ulong WordBit = 1;
    private const ulong SignBit = 2;
    private const ulong WordSeed = 0x9E3779B97F4A7C15;
    private const ulong FnvOffset = 0xCBF29CE484222325;
    private const ulong FnvPrime = 0x100000001B3;

    public static bool IsWord(ulong feature) => (feature & WordBit) != 0;

    public static bool IsNegative(ulong feature) => (feature & SignBit) != 0;

    public static int BucketOf(ulong feature) => (int)(((feature >> 32) * LexicalEmbedding.Dimensions) >> 32);

    /// <summary>Returns how many were written; the room must be at least 4 × the word's length + 1.</summary>
    public static int Write(ReadOnlySpan<char> word, bool wordOnly, Span<ulong> features)
    {
        var hash = FnvOffset ^ WordSeed;
        foreach (var letter in word)
        {
            hash = Step(hash, letter);
        }

        features[0] = Mix(hash) | WordBit;
        return wordOnly ? 1 : 1 + WriteGrams(word, features[1..]);
    }

    // Of "<word>", so that beginnings and ends of words are grams of their own.
    private static int WriteGrams(ReadOnlySpan<char> word, Span<ulong> features)
    {
        var count = 0;
        var last = word.Length + 1;
        for (var start = 0; start + ShortestGram - 1 <= last; start++)
        {
            var hash = FnvOffset;
            var end = Math.Min(start + LongestGram - 1, last);
            for (var i = start; i <= end; i++)
            {
                hash = Step(hash, i == 0 ? '<' : i == last ? '>' : word[i - 1]);
                if (i - start + 1 >= ShortestGram)
                {
                    features[count++] = Mix(hash) & ~WordBit;
                }
            }
        }

        return count;
    }

    // FNV-1a over UTF-16 units.
    private static ulong Step(ulong hash, char unit) => (hash ^ unit) * FnvPrime;

    // FNV's upper bits change little in short texts: the finaliser of MurmurHash3.
    private static ulong Mix(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCD;
        hash ^= hash >> 33;
        hash *= 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}

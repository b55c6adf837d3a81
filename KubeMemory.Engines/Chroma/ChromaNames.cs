using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Chroma;

/// <summary>Names of collections: 3 to 512 of [a-zA-Z0-9._-], a letter or digit first and last.</summary>
internal static class ChromaNames
{
    /// <summary>What is ours begins so.</summary>
    public const string Prefix = "kubememory-";

    private const int ReadableLength = 64;

    /// <summary>
    /// Like <c>kubememory-nomic-embed-text_v1.5-768-0f3c2a9b51d4</c>. The readable part is for people; the hash of the exact space keeps
    /// <c>org/model</c> and <c>org_model</c> apart.
    /// </summary>
    public static string Of(VectorSpace space)
    {
        var readable = new StringBuilder(ReadableLength);
        foreach (var character in space.Model.AsSpan(0, Math.Min(space.Model.Length, ReadableLength)))
        {
            readable.Append(char.IsAsciiLetterOrDigit(character) || character is '.' or '-' ? character : '_');
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(space.ToString())).AsSpan(0, 6));
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{readable}-{space.Dimensions}-{hash}");
    }
}

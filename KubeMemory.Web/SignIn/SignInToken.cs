using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace KubeMemory.Web.SignIn;

/// <summary>
/// What the sign-in link of this start holds, in mode Local: whoever can read the console that started KubeMemory may act. 256 random bits,
/// kept in memory alone, good for one sign-in. Thread-safe.
/// </summary>
internal sealed class SignInToken
{
    private const int Bytes = 32;

    /// <summary>More than any token has; what is longer is not worth hashing.</summary>
    private const int Longest = 256;

    private readonly byte[] _digest;
    private int _used;

    public SignInToken()
    {
        Text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        _digest = Digest(Text);
    }

    public string Text { get; }

    /// <summary>Whether it is this start's token and nobody has used it yet; takes the same time for every wrong one.</summary>
    public bool TryRedeem(string text) =>
        text.Length <= Longest
        && CryptographicOperations.FixedTimeEquals(Digest(text), _digest)
        && Interlocked.Exchange(ref _used, 1) == 0;

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KubeMemory.Engines.KeyRing;

/// <summary>A certificate with its private key, as an operator has it: one PFX, or PEM in one file or two.</summary>
/// <param name="Setting">What names the file, for the sentence about a mistake.</param>
/// <param name="KeySetting">What names the file of its key.</param>
/// <param name="PasswordSetting">What holds the password.</param>
internal sealed record CertificateFile(string Path, string? KeyPath, string? Password, string Setting, string KeySetting, string PasswordSetting)
{
    /// <summary>ERROR_INVALID_PASSWORD as an HRESULT: what the loader says of a PFX that the password does not open.</summary>
    private const int InvalidPassword = unchecked((int)0x80070056);

    /// <exception cref="InvalidOperationException">It cannot be used; one sentence, which never repeats the password.</exception>
    public X509Certificate2 Load()
    {
        var text = Read(Path, Setting);
        var certificate = IsPem(text) ? LoadPem(text) : LoadPfx();
        if (!certificate.HasPrivateKey)
        {
            throw Mistake($"holds no private key: use a file with both, or name the key's file in {KeySetting}");
        }

        using var key = certificate.GetRSAPrivateKey();
        return key is not null ? certificate : throw Mistake("is not of an RSA key, and only RSA can wrap keys: use another certificate");
    }

    private static bool IsPem(string text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);

    private static string Read(string path, string setting)
    {
        try
        {
            return File.ReadAllText(path, System.Text.Encoding.Latin1);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidOperationException($"{setting} is {path}: there is no such file.", missing);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{setting} is {path}, which cannot be read: let the user {Environment.UserName} read it.", denied);
        }
    }

    private X509Certificate2 LoadPfx()
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(Path, Password);
        }
        catch (CryptographicException locked) when (locked.HResult == InvalidPassword)
        {
            throw Mistake($"is not opened by its password: correct {PasswordSetting}", locked);
        }
        catch (CryptographicException broken)
        {
            throw Mistake("is no certificate: use a PFX or PEM file", broken);
        }
    }

    private X509Certificate2 LoadPem(string text)
    {
        var key = KeyPath is null ? text : Read(KeyPath, KeySetting);
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw Mistake($"holds no private key: use a file with both, or name the key's file in {KeySetting}");
        }

        var encrypted = key.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        try
        {
            return encrypted ? X509Certificate2.CreateFromEncryptedPem(text, key, Password) : X509Certificate2.CreateFromPem(text, key);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            throw Mistake(
                encrypted
                    ? $"cannot be used with its key ({broken.Message.TrimEnd('.')}): correct {PasswordSetting}, or use the key that belongs to the certificate"
                    : $"cannot be used ({broken.Message.TrimEnd('.')}): use a certificate and the key that belongs to it",
                broken);
        }
    }

    private InvalidOperationException Mistake(string what, Exception? inner = null) => new($"{Setting} is {Path}, which {what}.", inner);
}

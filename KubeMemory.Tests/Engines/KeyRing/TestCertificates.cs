using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KubeMemory.Tests.Engines.KeyRing;

/// <summary>Certificates as an operator would have them, made on the spot.</summary>
internal static class TestCertificates
{
    public const string Password = "open sesame";

    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A PFX with its key; its path.</summary>
    public static string Pfx(TemporaryFolder folder, string name, string? password = Password)
    {
        using var key = RSA.Create(2048);
        using var certificate = Certificate(key);
        return Write(folder, name, certificate.Export(X509ContentType.Pfx, password));
    }

    public static string PfxWithoutKey(TemporaryFolder folder, string name)
    {
        using var key = RSA.Create(2048);
        using var certificate = Certificate(key);
        using var bare = X509CertificateLoader.LoadCertificate(certificate.RawData);
        return Write(folder, name, bare.Export(X509ContentType.Pfx, Password));
    }

    public static string EllipticPfx(TemporaryFolder folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=KubeMemory", key, HashAlgorithmName.SHA256).CreateSelfSigned(From, From.AddYears(50));
        return Write(folder, name, certificate.Export(X509ContentType.Pfx, Password));
    }

    /// <summary>The PEM of a certificate and of its key.</summary>
    public static (string Certificate, string Key, string EncryptedKey) Pem()
    {
        using var key = RSA.Create(2048);
        using var certificate = Certificate(key);
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), key.ExportEncryptedPkcs8PrivateKeyPem(Password, parameters));
    }

    /// <summary>It has long expired: what was wrapped by it must be read all the same.</summary>
    private static X509Certificate2 Certificate(RSA key) =>
        new CertificateRequest("CN=KubeMemory", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(From, From.AddYears(1));

    private static string Write(TemporaryFolder folder, string name, byte[] content)
    {
        var path = folder.PathOf(name);
        File.WriteAllBytes(path, content);
        return path;
    }
}

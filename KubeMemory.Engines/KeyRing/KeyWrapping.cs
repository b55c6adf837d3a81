using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;

namespace KubeMemory.Engines.KeyRing;

/// <summary>What wraps the keys, and what unwraps them.</summary>
/// <param name="WrapsNew">Whether a certificate wraps new keys.</param>
/// <param name="Thumbprints">Of all certificates that this service has.</param>
internal sealed record KeyWrapping(bool WrapsNew, IReadOnlySet<string> Thumbprints)
{
    public static KeyWrapping None { get; } = new(false, new HashSet<string>());

    /// <summary>
    /// The thumbprint of the certificate that wraps a key, where it is none of these and the key is still in use:
    /// <code>&lt;key>&lt;expirationDate>…&lt;/expirationDate>…&lt;encryptedSecret>…&lt;X509Certificate>BASE64&lt;/X509Certificate></code>
    /// </summary>
    public string? MissingFor(XElement key, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(key.Element("expirationDate")?.Value, CultureInfo.InvariantCulture, out var expires) || expires <= now)
        {
            return null;
        }

        foreach (var wrapping in key.Descendants().Where(element => element.Name.LocalName == "X509Certificate"))
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(wrapping.Value));
            if (!Thumbprints.Contains(certificate.Thumbprint))
            {
                return certificate.Thumbprint;
            }
        }

        return null;
    }
}

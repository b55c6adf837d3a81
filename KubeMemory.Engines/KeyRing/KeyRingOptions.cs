namespace KubeMemory.Engines.KeyRing;

/// <summary>
/// Configuration section <c>KubeMemory:KeyRing</c>: what wraps the keys that sign-ins and stored secrets are protected with. Without a
/// certificate they are kept as they are. All services of an installation take the same.
/// </summary>
public sealed class KeyRingOptions
{
    public const string Section = "KubeMemory:KeyRing";

    /// <summary>A file with a certificate of an RSA key, PFX or PEM; new keys are wrapped by it. Default: none.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>The PEM file of its private key. Default: the key is in <see cref="CertificatePath"/>.</summary>
    public string? CertificateKeyPath { get; init; }

    /// <summary>Of the PFX, or of the PEM's private key. Default: none.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>Those that wrapped keys before: needed to read what they wrapped, which is used for 90 days. Default: none.</summary>
    public IList<OldCertificate> OldCertificates { get; init; } = [];

    /// <summary>Every mistake, one sentence each, naming the setting; what the files hold is seen later.</summary>
    public IEnumerable<string> Errors()
    {
        if (string.IsNullOrWhiteSpace(CertificatePath) && (CertificateKeyPath ?? CertificatePassword) is not null)
        {
            yield return $"{Section}:{nameof(CertificatePath)} is missing: set it to the file that {nameof(CertificateKeyPath)} or {nameof(CertificatePassword)} belongs to.";
        }

        for (var i = 0; i < OldCertificates.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(OldCertificates[i].Path))
            {
                yield return $"{Section}:{nameof(OldCertificates)}:{i}:{nameof(OldCertificate.Path)} is missing: set it to a PFX or PEM file.";
            }
        }
    }
}

/// <summary>A certificate that wrapped keys before.</summary>
public sealed class OldCertificate
{
    /// <inheritdoc cref="KeyRingOptions.CertificatePath"/>
    public string Path { get; init; } = "";

    /// <inheritdoc cref="KeyRingOptions.CertificateKeyPath"/>
    public string? KeyPath { get; init; }

    /// <inheritdoc cref="KeyRingOptions.CertificatePassword"/>
    public string? Password { get; init; }
}

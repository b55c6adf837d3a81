using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KubeMemory.Simulator.Server;

namespace KubeMemory.Simulator.Access;

/// <summary>Finds out who sends a request.</summary>
internal sealed class Authenticator(Authentication accepted, string user, string token, CertificateAuthority? authority)
{
    private volatile string _token = token;

    /// <summary>The token that is good now.</summary>
    public string Token
    {
        get => _token;
        set => _token = value;
    }

    /// <summary>The user's name; null where the credentials are bad or absent.</summary>
    public string? Identify(HttpContext http)
    {
        if (accepted == Authentication.None)
        {
            return user;
        }

        if (accepted.HasFlag(Authentication.ClientCertificate) && http.Connection.ClientCertificate is { } certificate && authority!.HasIssued(certificate))
        {
            return certificate.GetNameInfo(X509NameType.SimpleName, false);
        }

        return accepted.HasFlag(Authentication.Token) && HoldsToken(http.Request.Headers.Authorization) ? user : null;
    }

    private bool HoldsToken(string? header) =>
        header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header["Bearer ".Length..].Trim()), Encoding.UTF8.GetBytes(_token));
}

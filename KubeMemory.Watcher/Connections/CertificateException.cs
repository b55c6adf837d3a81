using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace KubeMemory.Watcher.Connections;

/// <summary>An API server's certificate is not accepted; the message says why and what to do, and goes on from "The certificate of …".</summary>
internal sealed class CertificateException(string message) : AuthenticationException(message)
{
    private const int NamesTold = 8;

    /// <param name="expected">The name that the certificate should be for.</param>
    public static CertificateException For(X509Certificate? certificate, SslPolicyErrors errors, string expected, DateTimeOffset now)
    {
        if (certificate is not X509Certificate2 shown)
        {
            return new("is missing: check that the kubeconfig's server is a Kubernetes API server.");
        }

        if (now < shown.NotBefore.ToUniversalTime() || now > shown.NotAfter.ToUniversalTime())
        {
            return new($"is valid from {shown.NotBefore.ToUniversalTime():u} to {shown.NotAfter.ToUniversalTime():u}, and it is {now:u}: renew it, or set this machine's clock.");
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? new($"is not for {expected} but for {string.Join(", ", NamesOf(shown))}: set tls-server-name in the kubeconfig to one of these names.")
            : new($"is not signed by the kubeconfig's certificate authority (it was issued by {shown.Issuer}): take the cluster's kubeconfig again, for it may have been created anew.");
    }

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(static names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static address => address.ToString())))
            .Take(NamesTold).ToList();
        return names.Count > 0 ? names : [certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)];
    }
}

namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class CertificateExpired
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "certificate-expired",
        Title = "A certificate has expired or is not valid yet",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:certificate (?:has |is )?expired|certificate_expired|CERT_HAS_EXPIRED|certificate has expired or is not yet valid|CertificateExpired|CertificateNotYetValid|certificate is not (?:yet|longer) valid|NotTimeValid|cert(?:ificate)? .{0,40}expired|\bNotAfter\b.{0,60}(?:before|expired)|CERT_NOT_YET_VALID|InvalidCertificate\((?:Expired|NotValidYet))"),
        ],
        Specificity = 70,
        Verdict = Verdict.Confirmed,
        Cause = "A certificate has expired or is not valid yet[: that of {address}].",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See which certificates are stored; tls.crt and ca.crt can be read with openssl.", "kubectl get secrets -n {namespace}"),
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Renew certificates by a controller, and alert well before one ends.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/tls/managing-tls-in-a-cluster/"),
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash("fatal: Get \"https://rates.partner.test/v2\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-04T05:06:18Z is after 2026-03-01T00:00:00Z", "rates.partner.test"),
            ProcessCase.Crash(
                """
                Error: certificate has expired
                    at TLSSocket.onConnectSecure (node:_tls_wrap:1674:34) {
                  code: 'CERT_HAS_EXPIRED'
                }
                """),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR gift certificate 991 of customer 3 is not in the ledger"),
        ],
    };
}

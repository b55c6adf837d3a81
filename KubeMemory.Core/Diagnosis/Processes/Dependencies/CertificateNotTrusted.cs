namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class CertificateNotTrusted
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "certificate-not-trusted",
        Title = "A certificate is signed by an authority that the process does not trust",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:certificate signed by unknown authority|self[- ]signed certificate|SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|unable to get (?:local )?issuer certificate|unable to verify the first certificate|PKIX path (?:building|validation) failed|unable to find valid certification path|UntrustedRoot|PartialChain|RemoteCertificateChainErrors|remote certificate is invalid|unknown ?ca\b|UnknownIssuer|CERTIFICATE_VERIFY_FAILED|certificate verify failed|ValidatorException|x509: .{0,40}unknown)"),
        ],
        Unless =
        [
            Clue.Log("(?i)certificate has expired|CERT_HAS_EXPIRED|RemoteCertificateNameMismatch|hostname mismatch|doesn't match"),
        ],
        Specificity = 69,
        Verdict = Verdict.Confirmed,
        Cause = "The certificate[ of {address}] is signed by an authority that the process does not trust: the authority's certificate is not in its trust store.",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See which certificates are stored; tls.crt and ca.crt can be read with openssl.", "kubectl get secrets -n {namespace}"),
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Mount the authority's certificate into every workload that calls what it signs.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/tls/managing-tls-in-a-cluster/"),
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash("panic: Get \"https://vault.infra:8200/v1/sys/health\": tls: failed to verify certificate: x509: certificate signed by unknown authority", "vault.infra:8200"),
            ProcessCase.Crash("Caused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"),
            ProcessCase.Crash("requests.exceptions.SSLError: HTTPSConnectionPool(host='ledger.int', port=8443): Max retries exceeded with url: /v1 (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)')))", "ledger.int:8443"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR document 4 is signed by an unknown person"),
        ],
    };
}

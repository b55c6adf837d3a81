namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class CertificateOfOtherHost
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "certificate-of-other-host",
        Title = "A certificate is for another host",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"x509: certificate is (?:valid for .{{1,200}}, not|not valid for any names, but wanted to match) {Parts.Host}"),
            Clue.Log($@"No (?:subject alternative (?:DNS )?names? matching|name matching) (?:IP address )?{Parts.Host} found"),
            Clue.Log($@"(?:Host: {Parts.Host}\. is not in the cert|hostname '{Parts.Host}' doesn't match|certificate is not valid for '{Parts.Host}'|Hostname mismatch, certificate is not valid for '{Parts.Host}')"),
            Clue.Log(@"(?i)(?:ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames|RemoteCertificateNameMismatch|NotValidForName|hostname mismatch|x509: cannot validate certificate for \S+ because it doesn't contain any IP SANs|relies on legacy Common Name field|certificate .{0,60}does(?: not|n't) match .{0,30}(?:host|name))"),
        ],
        Specificity = 71,
        Verdict = Verdict.Confirmed,
        Cause = "The certificate that answers is not for the name[ {host}] that the process calls.",
        Thing = "host",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See which certificates are stored; tls.crt and ca.crt can be read with openssl.", "kubectl get secrets -n {namespace}"),
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Call a service by a name that its certificate holds, or have the names of the Service put into it.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/tls/managing-tls-in-a-cluster/"),
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash("fatal: Get \"https://ledger.finance:8443\": tls: failed to verify certificate: x509: certificate is valid for ledger, ledger.old, not ledger.finance", "ledger.finance"),
            ProcessCase.Crash("Caused by: java.security.cert.CertificateException: No subject alternative DNS name matching search.data found.", "search.data"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR host name of parcel box 12 does not match"),
        ],
    };
}

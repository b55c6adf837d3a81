namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class TlsNotSpoken
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "tls-not-spoken",
        Title = "One side speaks TLS and the other does not",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log("(?i)(?:first record does not look like a TLS handshake|server gave HTTP response to HTTPS client|Client sent an HTTP request to an HTTPS server|ssl routines.{0,60}wrong version number|wrong_version_number|ERR_SSL_WRONG_VERSION_NUMBER|WRONG_VERSION_NUMBER|Unsupported or unrecognized SSL message|Cannot determine the frame size|server does not support (?:SSL|TLS)|SSL is not enabled on the server|SSL (?:connection )?is required|no encryption$|SSL off|NotSslRecordException|not an SSL/TLS record|packet length too long|InvalidContentType|received record with version|unexpected EOF during TLS|malformed HTTP response)"),
        ],
        Specificity = 66,
        Verdict = Verdict.Confirmed,
        Cause = "One side speaks TLS and the other does not[: at {address}].",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            ProcessSteps.Services,
        ],
        Prevention =
        [
            "Keep scheme, port and TLS setting of a dependency in one place.",
        ],
        Documentation = ProcessSteps.DebugServices,
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash("fatal: Get \"https://pricing:8080/\": http: server gave HTTP response to HTTPS client", "pricing:8080"),
            ProcessCase.Crash("pq: SSL is not enabled on the server host=pg-main port=5432", "pg-main:5432"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR label printer: wrong number of template 3"),
        ],
    };
}

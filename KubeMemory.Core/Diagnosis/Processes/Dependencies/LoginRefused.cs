namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class LoginRefused
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "login-refused",
        Title = "A dependency refuses the credentials",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?:password|Password|[Ii]dent|Peer|peer|GSSAPI|LDAP|PAM|SASL|RADIUS) authentication failed for user ""(?<login>[^""]+)"""),
            Clue.Log(@"no pg_hba\.conf entry for (?:replication connection from )?host ""[^""]+"", user ""(?<login>[^""]+)"""),
            Clue.Log(@"\brole ""(?<login>[^""]+)"" (?:does not exist|is not permitted to log in)"),
            Clue.Log("Access denied for user '(?<login>[^']*)'@"),
            Clue.Log("Login failed for user '(?<login>[^']+)'"),
            Clue.Log(@"unable to authenticate user \[(?<login>[^\]]+)\]|user '(?<login>[^']+)' - invalid credentials|PLAIN login refused: user '(?<login>[^']+)'"),
            Clue.Log(@"(?i)(?:\bNOAUTH\b|\bWRONGPASS\b|invalid username-password pair|ERR invalid password|ERR AUTH|Authentication required|\bACCESS_REFUSED\b|Login was refused|ORA-01017|invalid username/password|SaslAuthentication|Sasl\w*Exception|SASL authentication (?:failed|error)|authentication fail(?:ed|ure)|auth(?:entication)? error|AuthenticationFailed|AuthenticationException|bad auth|Authorization Violation|permissions violation|535[ -]5\.7|error code 49|Invalid credentials|credentials (?:are |were )?(?:invalid|rejected|not accepted|expired|refused)|invalid (?:or expired )?(?:api[ _-]?key|credentials|client secret|access token|token|password|username or password)|incorrect (?:api key|username or password|password)|api[ _-]?key (?:provided )?(?:is )?(?:not valid|invalid|expired|revoked|incorrect)|token (?:is |has )?(?:been )?(?:expired|revoked|invalid)|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|security token included in the request is (?:invalid|expired)|invalid_client|invalid_grant|unauthorized_client|invalid_api_key|bad credentials)"),
            Clue.Log(@"(?i)(?:\b401 unauthori[sz]ed|\b403 forbidden|status(?: code)?[:= ]+40[13]\b|\bhttp(?:/1\.1)?[ :]40[13]\b|\(40[13]\)|code[:= ]+40[13]\b|\bunauthori[sz]ed\b|code = (?:Unauthenticated|PermissionDenied)|\bAccessDenied\b|AccessDeniedException|not authorized to perform)"),
        ],
        Unless =
        [
            Clue.Log(@"is forbidden: User \\?"""),
        ],
        Specificity = 67,
        Verdict = Verdict.Confirmed,
        Cause = "A dependency refuses the credentials of the process[: {login}].[ It was asked at {address}.]",
        Thing = "login",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            new("See which secrets there are; a pod reads them when it starts.", "kubectl get secrets -n {namespace}"),
            new("After the secret is right, start the pods anew.", "kubectl rollout restart {kind}/{workload} -n {namespace}", Changes: true),
        ],
        Prevention =
        [
            "Change a password in the secret and in the dependency together, and start the pods anew after it.",
        ],
        Documentation = ProcessSteps.Secrets,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("FATAL: cannot open pool: FATAL: password authentication failed for user \"shop_rw\" (SQLSTATE 28P01)", "shop_rw"),
            ProcessCase.Crash("pymysql.err.OperationalError: (1045, \"Access denied for user 'billing'@'10.1.2.3' (using password: YES)\")", "billing"),
            ProcessCase.Crash("Error: NOAUTH Authentication required. redis-main:6379", "redis-main:6379"),
            ProcessCase.Crash("{\"level\":50,\"time\":1772600000000,\"msg\":\"startup failed\",\"err\":{\"type\":\"HttpError\",\"message\":\"GET https://config.test:8443/v1/app: 401 Unauthorized\"}}", "config.test:8443"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                INFO POST /login 401 unauthorized user=anna
                INFO GET /orders 200
                INFO GET /orders 200
                INFO GET /orders 200
                INFO GET /orders 200
                INFO GET /orders 200
                fatal: tax table has no entry for region 9
                """),
            ProcessCase.Crash("E0304 05:06:18.0 1 reflector.go:150] Failed to watch *v1.Pod: pods is forbidden: User \"system:serviceaccount:shop:default\" cannot list resource \"pods\" in API group \"\" at the cluster scope"),
        ],
    };

    // Who logged in where: the user where it is named, else the address that refused.
    private static IReadOnlyDictionary<string, string> Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var found = Addresses.Add(incident, facts);
        return found.ContainsKey("login") || !found.TryGetValue("address", out var address)
            ? found
            : new Dictionary<string, string>(found, StringComparer.Ordinal) { ["login"] = address };
    }
}

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

/// <summary>Wordings by which one failure of a pull is told from another.</summary>
internal static class ImageClue
{
    /// <summary>The registry knows who asks, or does not, and says no.</summary>
    public static Clue Refused { get; } = Clue.Event(
        @"(?i)\b(?:unauthorized|authentication required|no basic auth credentials|40[13] (?:Unauthorized|Forbidden)|pull access denied|insufficient_scope|may require '?(?:docker login|authorization)|requested access to the resource is denied|invalid username/password|authorization token has expired|\S+ (?:Unauthorized|Forbidden)\b|authorization failed|authentication failed|failed to authenticate|access forbidden|denied: )|: (?:access )?denied\b|Permission \S+ denied on resource|permission_denied|(?:unexpected status|status code|HTTP status)[^\n]*: 40[13]\b");

    public static Clue RateLimited { get; } = Clue.Event(
        "(?i)toomanyrequests|429 Too Many Requests|pull rate limit|rate limit exceeded|too many requests to|(?:status|code)[^\\n]* 429\\b");

    /// <summary>A name is not resolved, whatever the node's resolver says of it.</summary>
    public static Clue NoName { get; } = Clue.Event(
        @"lookup (?<host>[A-Za-z0-9](?:[-A-Za-z0-9._]*[A-Za-z0-9])?)\.?(?: on [^\n ]+)?: (?:no such host|server misbehaving|Temporary failure in name resolution|Try again|no answer from DNS server|read udp [^\n]*i/o timeout|i/o timeout|dial udp[^\n]*|[^\n]*name resolution|device or resource busy)");

    public static Clue BadCertificate { get; } = Clue.Event("(?i)x509: |certificate (?:verify failed|signed by unknown authority|has expired|is not trusted)|tls: (?:failed to verify certificate|bad certificate)");

    /// <summary>Nothing that came back is the registry's own word on the image.</summary>
    public static Clue Offline { get; } = Clue.Event(
        @"(?i)no such host|server misbehaving|in name resolution|connection refused|no route to host|network is unreachable|i/o timeout|handshake timeout|Client\.Timeout|deadline exceeded|connection reset|x509: ");
}

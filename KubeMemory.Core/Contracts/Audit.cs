namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/audit</c>.</summary>
/// <param name="Count">Of all there are, not of this page alone.</param>
/// <param name="Next">The address of the next, older page, relative to the server's root; null on the last.</param>
/// <param name="Results">Newest first.</param>
public sealed record AuditLogPage(long Count, string? Next, IReadOnlyList<AuditLogItem> Results);

/// <summary>A change that somebody asked for.</summary>
/// <param name="User">Who: a key's name, a person of the identity provider, <c>local</c> for the holder of the key file.</param>
/// <param name="Role"><c>viewer</c> or <c>operator</c>.</param>
/// <param name="Action">Method and route, like <c>PATCH /api/incidents/{id}</c>.</param>
/// <param name="Target">The path as asked.</param>
/// <param name="From">The caller's address.</param>
/// <param name="TraceId">Of the request, for the traces.</param>
/// <param name="Status">The HTTP status of the answer; null where the end was never seen: the change may have been made or not.</param>
/// <param name="Detail">What became of it, one sentence.</param>
public sealed record AuditLogItem(
    long Id, DateTimeOffset At, string User, string Role, string Action, string Target, string? From, string? TraceId, int? Status, string? Detail);

namespace KubeMemory.Core.Audit;

/// <summary>
/// Who changed what, and when; kept in the incident store, by the same engine. An entry is begun before the change and ended after it, so that
/// a change whose end nobody saw (a kill, an outage) still has its line, with no outcome. Thread-safe.
/// </summary>
public interface IAuditLog
{
    /// <summary>Committed when it returns; the entry's id.</summary>
    /// <exception cref="Contracts.EngineUnavailableException">The store does not answer: the change must not be made.</exception>
    Task<long> BeginAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <param name="status">The HTTP status of the answer, 100 to 599.</param>
    /// <param name="detail">What became of it, one sentence at most 500 characters, no secrets; null where the status says it all.</param>
    Task EndAsync(long id, int status, string? detail, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="before">Entries with a smaller id; null: from the newest.</param>
    /// <param name="limit">1 to 200.</param>
    Task<AuditPage> ListAsync(long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Removes at most <paramref name="max"/> entries begun before then, oldest first; how many there were.</summary>
    Task<int> DropAsync(DateTimeOffset before, int max, CancellationToken cancellationToken);
}

/// <summary>A change that somebody is about to make.</summary>
/// <param name="At">By the clock of the service that was asked.</param>
/// <param name="User">Who: a key's name, a person of the identity provider, <c>local</c> for the key file's holder.</param>
/// <param name="Role"><c>viewer</c> or <c>operator</c>.</param>
/// <param name="Action">Method and route pattern, like <c>PATCH /api/incidents/{id}</c>.</param>
/// <param name="Target">The path as asked, like <c>/api/incidents/17</c>, without its query; at most 500 characters.</param>
/// <param name="From">The caller's address, null where there is none.</param>
/// <param name="TraceId">Of the request, 32 hexadecimal digits; null where nothing traces.</param>
public sealed record AuditEntry(DateTimeOffset At, string User, string Role, string Action, string Target, string? From, string? TraceId);

/// <param name="Status">Null: the end was never seen.</param>
public sealed record AuditItem(long Id, AuditEntry Entry, int? Status, string? Detail);

/// <param name="Count">Of all there are, not of this page alone.</param>
/// <param name="Next">For the next page's <c>before</c>; null on the last.</param>
public sealed record AuditPage(long Count, long? Next, IReadOnlyList<AuditItem> Results);

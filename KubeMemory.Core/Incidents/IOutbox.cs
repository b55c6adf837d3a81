namespace KubeMemory.Core.Incidents;

/// <summary>Who projects the store's changes onward.</summary>
public static class Projectors
{
    /// <summary>Incidents → live feed.</summary>
    public const string Live = "live";

    /// <summary>Storms → live feed; the subject is the storm's id.</summary>
    public const string LiveStorms = "live-storms";

    /// <summary>Incidents → evidence requests.</summary>
    public const string Evidence = "evidence";

    /// <summary>Incidents → vector memory.</summary>
    public const string Vectors = "vectors";

    /// <summary>Incidents → incident graph.</summary>
    public const string Graph = "graph";

    /// <summary>Incidents → analysis.</summary>
    public const string Analysis = "analysis";
}

/// <summary>What is said of an item of the outbox besides <see cref="Contracts.LiveChangeKinds"/>.</summary>
public static class OutboxKinds
{
    /// <summary>Of a projection's rebuild; it stays so while the row is merged with changes.</summary>
    public const string Rebuild = "rebuild";

    /// <summary>The incident is gone: a tombstone, kept until the projection has forgotten it too.</summary>
    public const string Deleted = "deleted";

    /// <summary>For the analysis alone: evidence has been asked for and is on its way, so that waiting a little saves doing it twice.</summary>
    public const string Asked = "asked";
}

/// <summary>To be written with the change itself; rows of one projector and subject are one row (the newest version, the first kind "opened" stays).</summary>
/// <param name="Kind">See <see cref="Contracts.LiveChangeKinds"/>; for the evidence projector <c>opened</c> with the first question, else empty.</param>
/// <param name="History">Stays true only while all the merged ones are.</param>
public sealed record OutboxWrite(string Projector, long Subject, string Kind, bool History);

/// <param name="Version">Another one after every change of the row; a claim of an older version does not complete a newer one.</param>
/// <param name="Attempts">How often it was claimed before.</param>
public sealed record OutboxItem(string Projector, long Subject, string Kind, bool History, long Version, int Attempts)
{
    /// <summary>Under which W3C trace context it is projected; null where it is not the first that is heard of an incident.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>
/// What is still to be projected. At least once: an item that is not completed comes back. The projector reads the present state itself.
/// </summary>
public interface IOutbox
{
    /// <summary>Up to <paramref name="max"/> items, oldest first, which nobody else gets for <paramref name="visibleAfter"/>.</summary>
    Task<IReadOnlyList<OutboxItem>> ClaimAsync(string projector, int max, TimeSpan visibleAfter, CancellationToken cancellationToken);

    /// <summary>Forgets the items; one that has changed since its claim stays and is to be had at once.</summary>
    Task CompleteAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken);

    /// <summary>Gives the item back, to be had again after <paramref name="retryAfter"/>.</summary>
    Task ReleaseAsync(OutboxItem item, TimeSpan retryAfter, CancellationToken cancellationToken);

    /// <summary>
    /// Puts the item aside with the reason, because trying again would not help. It comes back by <see cref="ReplayAsync"/>, or by the
    /// next change of its subject.
    /// </summary>
    Task DeadLetterAsync(OutboxItem item, string reason, CancellationToken cancellationToken);

    /// <summary>What was put aside, newest first.</summary>
    Task<IReadOnlyList<OutboxDeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken);

    /// <summary>To be projected again; false where nothing of that projector and subject was put aside.</summary>
    Task<bool> ReplayAsync(string projector, long subject, CancellationToken cancellationToken);

    /// <summary>How many items wait or are claimed, and how many were put aside, projector by projector; those without any are left out.</summary>
    Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Completes when something may have come since the call, at the latest after <paramref name="wait"/>. Called before claiming and
    /// awaited after having claimed nothing, it misses nothing.
    /// </summary>
    Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>The incidents' trace contexts; those without one are left out.</summary>
    Task<IReadOnlyDictionary<long, string>> TraceParentsAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken);

    /// <summary>What an evidence request needs; null where the incident is resolved or gone.</summary>
    Task<Signals.EvidenceRequest?> EvidenceRequestAsync(long incidentId, CancellationToken cancellationToken);

    /// <summary>As it is now; null where it is gone.</summary>
    Task<Contracts.StormSummary?> StormAsync(long stormId, CancellationToken cancellationToken);

    /// <summary>As it is now; null where it is gone.</summary>
    Task<Contracts.IncidentSummary?> IncidentAsync(long incidentId, CancellationToken cancellationToken);
}

public sealed record OutboxDeadLetter(string Projector, long Subject, string Reason, DateTimeOffset At);

/// <param name="Waiting">Claimed ones included, those put aside not.</param>
public sealed record OutboxCount(string Projector, long Waiting, long DeadLetters)
{
    /// <summary>
    /// When the incident changed last that has not changed for the longest of those that wait. Of live changes alone: history, rebuilds and
    /// deletions have time. Null where none waits, and for storms.
    /// </summary>
    public DateTimeOffset? OldestAt { get; init; }
}

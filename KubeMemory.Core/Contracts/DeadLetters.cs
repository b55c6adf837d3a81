namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/dead-letters</c>.</summary>
/// <param name="Count">Of all there are, not of this answer alone.</param>
/// <param name="Results">Newest first.</param>
public sealed record DeadLetterPage(long Count, IReadOnlyList<DeadLetterItem> Results);

/// <summary>An entry of the signal stream that could not be dealt with.</summary>
/// <param name="Id">For <c>POST /api/dead-letters/{id}/replay</c>.</param>
/// <param name="Group">Whose reader gave it up.</param>
/// <param name="Payload">As text; what is no UTF-8 shows as U+FFFD.</param>
/// <param name="PayloadBytes">Its whole length: where <paramref name="Payload"/> is cut, this is larger.</param>
public sealed record DeadLetterItem(string Id, string Topic, string Group, string Reason, DateTimeOffset At, string Payload, int PayloadBytes);

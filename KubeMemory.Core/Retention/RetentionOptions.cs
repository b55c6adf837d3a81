namespace KubeMemory.Core.Retention;

/// <summary>Section <c>KubeMemory:Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "KubeMemory:Retention";

    /// <summary>How long logs are kept, from when they were stored. Default 90 days; at least a day, at most <see cref="IncidentsFor"/>.</summary>
    public TimeSpan LogsFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a resolved incident keeps more than its summary, from when it was last stored; and how long an analysis is kept that no incident has
    /// any more. What people recorded is never too old. Default 400 days; at least a day.
    /// </summary>
    public TimeSpan IncidentsFor { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long the audit log keeps an entry, from its beginning. Default 400 days; at least 30 days.</summary>
    public TimeSpan AuditFor { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Every mistake, one sentence each, naming the setting.</summary>
    public IEnumerable<string> Errors()
    {
        if (LogsFor < TimeSpan.FromDays(1))
        {
            yield return $"{Section}:{nameof(LogsFor)} is {LogsFor}: set at least a day (1.00:00:00).";
        }

        if (IncidentsFor < TimeSpan.FromDays(1))
        {
            yield return $"{Section}:{nameof(IncidentsFor)} is {IncidentsFor}: set at least a day (1.00:00:00).";
        }

        if (AuditFor < TimeSpan.FromDays(30))
        {
            yield return $"{Section}:{nameof(AuditFor)} is {AuditFor}: set at least 30 days (30.00:00:00).";
        }

        if (LogsFor > IncidentsFor)
        {
            yield return $"{Section}:{nameof(LogsFor)} is longer than {nameof(IncidentsFor)} ({IncidentsFor}): logs cannot outlive their incident.";
        }
    }
}

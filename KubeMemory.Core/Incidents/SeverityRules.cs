namespace KubeMemory.Core.Incidents;

/// <summary>
/// How bad an incident is: a start by type, a step up for each circumstance that holds.
/// <code>
/// start     low       probe failure, preempted or killed, unknown
///           high      node pressure
///           medium    every other type
/// step up   no replica is ready (or, where nobody knows, all desired ones were hit)
///           the worst pod has restarted five times or more
///           it has lasted an hour or more and replicas are missing (or nobody knows)
/// ceiling   high      while a replica is ready: critical means that the workload is down
/// </code>
/// It is a function of what is known about the incident, not of the order in which that came, so it can go down too.
/// </summary>
internal static class SeverityRules
{
    private const int ManyRestarts = 5;
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    public static Severity Of(IncidentState incident)
    {
        var desired = incident.DesiredReplicas;
        var ready = incident.ReadyReplicas;
        var down = desired > 0 && (ready is null ? incident.AffectedPods >= desired : ready == 0);
        var whole = desired is not null && ready >= desired;

        var steps = (int)Start(incident.Type)
            + (down ? 1 : 0)
            + (incident.RestartCount >= ManyRestarts ? 1 : 0)
            + (incident.LastSeenAt - incident.OccurredAt >= Long && !whole ? 1 : 0);
        var ceiling = down ? Severity.Critical : Severity.High;
        return (Severity)Math.Min(steps, (int)ceiling);
    }

    private static Severity Start(IncidentType type) => type switch
    {
        IncidentType.ProbeFailure or IncidentType.PreemptedOrKilled or IncidentType.Unknown => Severity.Low,
        IncidentType.NodePressure => Severity.High,
        _ => Severity.Medium,
    };
}

using System.Text;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Relational;

/// <summary>What belongs to the page of one incident.</summary>
internal sealed class IncidentDetailReader(RelationalSession session, IncidentSummary summary)
{
    private const int TimelineKept = 200;
    private const int BucketsKept = 2016;
    private const int PodsShown = 500;
    private const int RelatedShown = 20;

    public async Task<IncidentDetail> ReadAsync()
    {
        var evidence = await EvidenceAsync().ConfigureAwait(false);
        var missing = await session.FirstAsync("SELECT missing_evidence FROM incidents WHERE id = $1", row => row.Text(0), summary.Id).ConfigureAwait(false);
        return new IncidentDetail
        {
            Id = summary.Id,
            Cluster = summary.Cluster,
            ClusterId = summary.ClusterId,
            Namespace = summary.Namespace,
            Workload = summary.Workload,
            WorkloadKind = summary.WorkloadKind,
            Container = summary.Container,
            PodName = summary.PodName,
            NodeName = summary.NodeName,
            ServiceName = summary.ServiceName,
            IncidentType = summary.IncidentType,
            Family = summary.Family,
            Severity = summary.Severity,
            Status = summary.Status,
            Flapping = summary.Flapping,
            Description = summary.Description,
            Signature = summary.Signature,
            OccurredAt = summary.OccurredAt,
            LastSeenAt = summary.LastSeenAt,
            ResolvedAt = summary.ResolvedAt,
            Occurrences = summary.Occurrences,
            AffectedPods = summary.AffectedPods,
            DesiredReplicas = summary.DesiredReplicas,
            ReadyReplicas = summary.ReadyReplicas,
            RestartCount = summary.RestartCount,
            Image = summary.Image,
            StormId = summary.StormId,
            Compacted = summary.Compacted,
            Spark = summary.Spark,
            Evidence = evidence,
            MissingEvidence = missing is null ? [] : JsonSerializer.Deserialize<List<string>>(missing)!,
            RawLogs = Logs(evidence),
            Timeline = await TimelineAsync().ConfigureAwait(false),
            Activity = await ActivityAsync().ConfigureAwait(false),
            Pods = await PodsAsync().ConfigureAwait(false),
            Related = await RelatedAsync().ConfigureAwait(false),
            Storm = summary.StormId is { } storm ? await RelationalIncidentReader.StormAsync(session, storm).ConfigureAwait(false) : null,
            TimesIn30Days = await TimesAsync().ConfigureAwait(false),
        };
    }

    private Task<List<EvidenceDto>> EvidenceAsync() => session.ListAsync(
        "SELECT ordinal, kind, title, text, observed_at, pod_name, container, previous FROM evidence WHERE incident_id = $1 ORDER BY ordinal",
        row => new EvidenceDto($"E{row.GetInt32(0)}", row.Name<EvidenceKind>(1), row.GetString(2), row.GetString(3), row.Time(4), row.Text(5), row.Text(6), row.GetBoolean(7)),
        summary.Id);

    /// <summary>The incident's own container before others, and the instance that crashed before the one that runs.</summary>
    private string Logs(List<EvidenceDto> evidence)
    {
        var text = new StringBuilder();
        foreach (var log in evidence.Where(item => item.Kind == EvidenceKind.Log)
            .OrderByDescending(item => item.Container == summary.Container)
            .ThenByDescending(item => item.Previous))
        {
            text.Append("==> ").Append(log.PodName).Append('/').Append(log.Container).Append(log.Previous ? " (previous) <==\n" : " <==\n");
            text.Append(log.Text);
            text.Append(log.Text.EndsWith('\n') ? "\n" : "\n\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private Task<List<TimelineEntry>> TimelineAsync() => session.ListAsync(
        """
        SELECT at, kind, text FROM (SELECT id, at, kind, text FROM timeline WHERE incident_id = $1 ORDER BY at DESC, id DESC LIMIT $2) newest ORDER BY at, id
        """,
        row => new TimelineEntry(row.Time(0), row.GetString(1), row.GetString(2)),
        summary.Id,
        TimelineKept);

    private Task<List<ActivityBucket>> ActivityAsync() => session.ListAsync(
        """
        SELECT bucket_at, occurrences FROM (SELECT bucket_at, occurrences FROM activity WHERE incident_id = $1 AND occurrences > 0 ORDER BY bucket_at DESC LIMIT $2) newest
        ORDER BY bucket_at
        """,
        row => new ActivityBucket(row.Time(0), (int)Math.Min(row.GetInt64(1), int.MaxValue)),
        summary.Id,
        BucketsKept);

    private Task<List<AffectedPod>> PodsAsync() => session.ListAsync(
        """
        SELECT subject, node_name, restart_count, first_seen_at, last_seen_at FROM subjects WHERE incident_id = $1 AND is_pod
        ORDER BY last_seen_at DESC, subject LIMIT $2
        """,
        row => new AffectedPod(row.GetString(0), row.Text(1), row.GetInt32(2), row.Time(3), row.Time(4)),
        summary.Id,
        PodsShown);

    private async Task<List<RelatedIncident>> RelatedAsync()
    {
        var related = new List<RelatedIncident>();
        await AddAsync(related, "The same problem before", "i.id <> $1 AND i.incident_key = (SELECT incident_key FROM incidents WHERE id = $1)").ConfigureAwait(false);
        await AddAsync(related, "The same failure elsewhere", "i.id <> $1 AND i.signature = (SELECT signature FROM incidents WHERE id = $1)").ConfigureAwait(false);
        if (summary.StormId is not null)
        {
            await AddAsync(related, "Part of the same storm", "i.id <> $1 AND i.storm_id = (SELECT storm_id FROM incidents WHERE id = $1)").ConfigureAwait(false);
        }

        return related;
    }

    private async Task AddAsync(List<RelatedIncident> related, string reason, string where)
    {
        var found = await session.ListAsync(
            $"""
            SELECT i.id, COALESCE(c.name, i.cluster_id), i.namespace, i.workload, i.type, i.status, i.severity, i.occurred_at, i.occurrences
            FROM incidents i LEFT JOIN clusters c ON c.id = i.cluster_id WHERE {where} ORDER BY i.occurred_at DESC LIMIT {RelatedShown * 2}
            """,
            row => new RelatedIncident(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.Name<IncidentType>(4), row.Name<IncidentStatus>(5),
                (Severity)row.GetInt32(6), row.Time(7), row.GetInt64(8), reason),
            summary.Id).ConfigureAwait(false);
        related.AddRange(found.Where(one => !related.Exists(known => known.Id == one.Id)).Take(RelatedShown - related.Count));
    }

    private async Task<int> TimesAsync() => (int)(await session.NumberAsync(
        """
        SELECT COUNT(*) FROM incidents i JOIN incidents self ON self.id = $1
        WHERE i.incident_key = self.incident_key AND i.occurred_at <= self.occurred_at AND i.occurred_at >= self.occurred_at - $2
        """,
        summary.Id,
        TimeSpan.FromDays(30)).ConfigureAwait(false) ?? 1);
}

using System.Globalization;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;

namespace KubeMemory.Engines.Relational;

/// <summary>What helped with the like of one incident, and what was corrected there. Rates are counted in the database.</summary>
/// <param name="similar">Incidents.</param>
internal sealed class GuidanceReader(RelationalSession session, long incidentId, string? signatureId, long[] similar, DateTimeOffset now)
{
    private const int Proposed = 5;

    /// <summary>People write the same words again, and are proposed once.</summary>
    private const int Looked = 50;

    private enum Likeness
    {
        Similar,
        SameCause,
        SameFailure,
    }

    public async Task<FixGuidance> ReadAsync() =>
        new(await ProposalsAsync().ConfigureAwait(false), await CorrectionsAsync().ConfigureAwait(false));

    /// <summary>$2 the catalogue's signature (nothing is called as where there is none), $3 similar incidents.</summary>
    private string Alike => $"(i.signature = asked.signature OR f.signature_id = $2 OR {session.Dialect.In("f.incident_id", 3)})";

    /// <summary>That an incident is of the workload asked about.</summary>
    private static string Here(string incident) =>
        $"{incident}.cluster_id = asked.cluster_id AND {incident}.namespace = asked.namespace AND {incident}.workload_kind = asked.workload_kind AND {incident}.workload = asked.workload";

    private async Task<IReadOnlyList<FixProposal>> ProposalsAsync()
    {
        var found = await session.ListAsync(
            $"""
            WITH asked AS (SELECT id, signature, cluster_id, namespace, workload_kind, workload FROM incidents WHERE id = $1),
            rates AS (
                SELECT t.signature, COUNT(*) AS tried, SUM(CASE WHEN g.worked THEN 1 ELSE 0 END) AS worked,
                       SUM(CASE WHEN {Here("t")} THEN 1 ELSE 0 END) AS tried_here,
                       SUM(CASE WHEN {Here("t")} AND g.worked THEN 1 ELSE 0 END) AS worked_here
                FROM fixes g JOIN incidents t ON t.id = g.incident_id CROSS JOIN asked
                WHERE g.worked IS NOT NULL GROUP BY t.signature)
            {RelationalFixes.Select(
                $"""
                , CASE WHEN i.signature = asked.signature THEN 2 WHEN f.signature_id = $2 THEN 1 ELSE 0 END AS likeness,
                CASE WHEN {Here("i")} THEN 1 ELSE 0 END AS here, rates.tried, rates.worked, rates.tried_here, rates.worked_here,
                i.cluster_id = asked.cluster_id
                """,
                $"""
                CROSS JOIN asked JOIN rates ON rates.signature = i.signature
                WHERE f.incident_id <> asked.id AND f.worked AND f.text <> '' AND {Alike}
                """)}
            ORDER BY CASE WHEN i.signature = asked.signature OR f.signature_id = $2 THEN 0 ELSE 1 END, here DESC, rates.worked * 1.0 / rates.tried DESC, f.id DESC
            LIMIT {Looked}
            """,
            row => (
                Fix: RelationalFixes.FixOf(row),
                Likeness: (Likeness)row.GetInt32(13),
                Here: row.GetInt32(14) > 0,
                OnSignature: new SuccessRate(row.GetInt64(16), row.GetInt64(15)),
                OnWorkload: new SuccessRate(row.GetInt64(18), row.GetInt64(17)),
                SameCluster: row.GetBoolean(19)),
            incidentId,
            signatureId ?? "",
            similar).ConfigureAwait(false);
        return
        [
            .. found.DistinctBy(one => one.Fix.Text.Trim(), StringComparer.OrdinalIgnoreCase).Take(Proposed)
                .Select(one => new FixProposal(one.Fix, ReasonOf(one.Fix, one.Likeness, one.Here, one.SameCluster), one.OnSignature, one.OnWorkload)),
        ];
    }

    private async Task<IReadOnlyList<FixDto>> CorrectionsAsync() => await session.ListAsync(
        $"""
        WITH asked AS (SELECT id, signature FROM incidents WHERE id = $1)
        {RelationalFixes.Select("", $"CROSS JOIN asked WHERE f.incident_id <> asked.id AND f.correction IS NOT NULL AND {Alike}")}
        ORDER BY f.id DESC LIMIT {Proposed}
        """,
        RelationalFixes.FixOf,
        incidentId,
        signatureId ?? "",
        similar).ConfigureAwait(false);

    private string ReasonOf(FixDto fix, Likeness likeness, bool here, bool sameCluster)
    {
        var workload = here ? "this workload" : sameCluster ? $"{fix.Namespace}/{fix.Workload}" : $"{fix.Namespace}/{fix.Workload} in the cluster {fix.Cluster}";
        var what = likeness switch
        {
            Likeness.SameFailure => "the same failure",
            Likeness.SameCause => "another failure with the same cause",
            _ => "a similar failure",
        };
        return $"It worked for {what} of {workload} {Ago(now - fix.At)}.";
    }

    private static string Ago(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } => Ago((int)age.TotalMinutes, "minute"),
        { TotalDays: < 1 } => Ago((int)age.TotalHours, "hour"),
        _ => Ago((int)age.TotalDays, "day"),
    };

    private static string Ago(int count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")} ago");
}

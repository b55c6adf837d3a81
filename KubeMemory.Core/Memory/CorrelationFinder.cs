using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Memory;

/// <summary>
/// What happened around an incident: on the graph what began with it and what hangs on the same; in the store what shows the same cause; in the
/// evidence what its logs name and what was rolled out before. Nothing of another cluster. Thread-safe.
/// </summary>
public sealed class CorrelationFinder(IIncidentGraph graph, IIncidentSearch search, IProjections projections, Diagnoser diagnoser) : ICorrelations
{
    /// <summary>Before or after; both ends count.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(5);

    /// <summary>How long before the incident's beginning a rollout is told.</summary>
    public static readonly TimeSpan RolloutsWithin = TimeSpan.FromHours(2);

    public const int MostCoOccurring = 20;

    /// <summary>Of those that hang on the same, those seen last; the graph and the store are asked for so many each.</summary>
    private const int MostOthers = 100;
    private const int MostNamers = 50;

    public async Task<IncidentCorrelation?> FindAsync(long incidentId, CancellationToken cancellationToken)
    {
        var found = await projections.ReadAsync([incidentId], cancellationToken).ConfigureAwait(false);
        if (found is not [var facts])
        {
            return null;
        }

        var (near, beside, missing) = await AskGraphAsync(facts, cancellationToken).ConfigureAwait(false);
        var causes = await search.FindCauseSharesAsync(incidentId, Within, MostOthers, cancellationToken).ConfigureAwait(false);
        var asked = Correlated.Of(facts, diagnoser);
        var namers = asked.Dependency is { } dependency
            ? await search.FindAllWordsAsync([dependency], facts.ClusterId, MostNamers, cancellationToken).ConfigureAwait(false)
            : [];
        long[] ids = [.. near.Select(one => one.IncidentId).Concat(beside).Concat(causes.Select(one => one.IncidentId)).Concat(namers).Where(id => id != incidentId).Distinct()];
        var summaries = (await search.ReadAsync(ids, cancellationToken).ConfigureAwait(false)).ToDictionary(summary => summary.Id);
        var together = near.Select(one => one.IncidentId).ToHashSet();
        // What is over and was over then has nothing to do with it.
        var counted = summaries.Values.Where(one => one.ClusterId == facts.ClusterId && (one.Status != IncidentStatus.Resolved || together.Contains(one.Id))).Select(one => one.Id).ToList();
        var others = (await projections.ReadAsync(counted, cancellationToken).ConfigureAwait(false)).Select(one => Correlated.Of(one, diagnoser)).ToList();
        var shared = SharedThings.Of(asked, others, causes);
        return new IncidentCorrelation(
            [.. near.Where(one => summaries.ContainsKey(one.IncidentId)).Select(one => new CoOccurringIncident(summaries[one.IncidentId], one.Apart.TotalSeconds, one.Shared))],
            [.. shared.Select(one => one.ToThing(asked, others))],
            Rollouts.Before(asked, others.Where(other => together.Contains(other.Facts.Id) || shared.Any(one => one.IsCause && one.Incidents.Contains(other.Facts.Id)))),
            Radius(facts, shared, summaries))
        {
            Missing = missing,
        };
    }

    private async Task<(IReadOnlyList<CoOccurrence> Near, IReadOnlyList<long> Beside, IReadOnlyList<string> Missing)> AskGraphAsync(
        IncidentFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            var near = await graph.FindCoOccurringAsync(facts.Id, Within, MostCoOccurring, cancellationToken).ConfigureAwait(false);
            return await graph.GetNeighbourhoodAsync(facts.Id, MostOthers, cancellationToken).ConfigureAwait(false) is { } around
                ? (near, [.. around.Nodes.Select(node => node.IncidentId).OfType<long>()], [])
                : (near, [], ["It is not in the graph yet: what hangs on the same node or image is not known; look again in a few seconds."]);
        }
        catch (Exception fault) when (fault is EngineUnavailableException or ProjectionRejectedException)
        {
            return ([], [], [$"What began with it and what hangs on the same is not known: {fault.Message}"]);
        }
    }

    private static BlastRadius Radius(IncidentFacts facts, IReadOnlyList<Share> shared, Dictionary<long, IncidentSummary> summaries)
    {
        var struck = shared.Where(one => one.IsCause).SelectMany(one => one.Incidents).Distinct().Where(summaries.ContainsKey).Select(id => summaries[id]).ToList();
        var workloads = struck.Select(one => (one.Namespace, one.WorkloadKind, Name: one.Workload)).Append((facts.Namespace, facts.WorkloadKind, facts.Workload)).Distinct().ToList();
        const int MostNames = 50;
        var own = $"{facts.Namespace}/{facts.Workload}";
        string[] names = [own, .. workloads.Select(one => $"{one.Namespace}/{one.Item3}").Where(name => name != own).Distinct().Order(StringComparer.Ordinal)];
        // A workload's pods are counted where it has most of them: several incidents of it strike the same ones.
        var pods = struck.GroupBy(one => (one.Namespace, one.WorkloadKind, one.Workload)).Where(one => one.Key != (facts.Namespace, facts.WorkloadKind, facts.Workload))
            .Sum(one => one.Max(incident => incident.AffectedPods));
        return new BlastRadius(workloads.Count, workloads.Select(one => one.Namespace).Distinct().Count(), pods + facts.Pods.Count, [.. names.Take(MostNames)]);
    }
}

/// <summary>What of an incident may be shared with another one.</summary>
/// <param name="Dependency">What its logs or events say cannot be reached, by the rules.</param>
internal sealed record Correlated(IncidentFacts Facts, string? Dependency, string? Volume)
{
    private static readonly string[] Dependencies = ["address", "host", "endpoint", "dependency", "server", "service", "broker", "url"];
    private static readonly string[] Volumes = ["volume", "claim", "pvc", "persistentvolumeclaim"];

    public IReadOnlyList<string> Nodes => [.. Facts.Pods.Select(pod => pod.NodeName).OfType<string>().Where(node => node.Length > 0).Distinct()];

    public (string Namespace, string Kind, string Name) Workload => (Facts.Namespace, Facts.WorkloadKind, Facts.Workload);

    public static Correlated Of(IncidentFacts facts, Diagnoser diagnoser)
    {
        var diagnosis = diagnoser.Diagnose(CaseProfile.CaseOf(facts));
        var findings = diagnosis.Main is { } main ? diagnosis.Explained.Prepend(main).ToList() : [];
        return new Correlated(facts, ThingOf(findings, Dependencies), ThingOf(findings, Volumes));
    }

    private static string? ThingOf(List<Finding> findings, string[] kinds) =>
        findings.Find(finding => finding is { Thing.Length: > 0, ThingKind: not null } && Array.IndexOf(kinds, finding.ThingKind) >= 0)?.Thing;
}

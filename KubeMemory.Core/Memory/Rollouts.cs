using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Memory;

/// <summary>What was rolled out before an incident, as its ReplicaSets tell it.</summary>
internal static class Rollouts
{
    private const int Most = 10;

    /// <summary>Newest first. A rollback to an older ReplicaSet is not seen: that one was made when it was new.</summary>
    public static IReadOnlyList<RolloutBefore> Before(Correlated asked, IEnumerable<Correlated> failing)
    {
        var began = asked.Facts.OccurredAt;
        return
        [
            .. failing.Prepend(asked)
                .SelectMany(one => Of(one.Facts, began).Select(rollout => rollout with { Same = one.Workload == asked.Workload }))
                .Distinct()
                .OrderByDescending(rollout => rollout.At).ThenByDescending(rollout => rollout.Same).ThenBy(rollout => rollout.Workload, StringComparer.Ordinal)
                .Take(Most),
        ];
    }

    private static IEnumerable<RolloutBefore> Of(IncidentFacts facts, DateTimeOffset began)
    {
        // Two within one second are told apart by their revisions: "revision 9" before "revision 10".
        var rollouts = facts.Rollouts.OrderBy(rollout => rollout.At).ThenBy(rollout => rollout.Title.Length).ThenBy(rollout => rollout.Title, StringComparer.Ordinal).ToList();
        for (var i = rollouts.Count - 1; i >= 0; i--)
        {
            var before = began - rollouts[i].At;
            if (before >= TimeSpan.Zero && before <= CorrelationFinder.RolloutsWithin)
            {
                yield return new RolloutBefore(
                    facts.Namespace, facts.Workload, rollouts[i].At, Math.Round(before.TotalMinutes, 1), ChangeOf(rollouts[i], i > 0 ? rollouts[i - 1] : null), Same: false);
            }
        }
    }

    private static string ChangeOf(RolloutFact rollout, RolloutFact? before) => (rollout.Images, before?.Images) switch
    {
        ({ } to, { } from) when to != from => $"image {from} → {to}",
        ({ } to, { }) => $"{rollout.Title}, the same image {to}",
        ({ } to, null) => $"{rollout.Title}, image {to}",
        _ => rollout.Title,
    };
}

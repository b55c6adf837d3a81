using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Incidents;

/// <summary>
/// Incidents → storm: the same cause on enough workloads within the window, attached to all of them afterwards too. An incident is in one
/// storm at most; where it shows several causes, the one that reaches widest gathers first.
/// </summary>
internal sealed class StormGrouping(IncidentWorkingSet set, IncidentOptions options)
{
    /// <summary>From the one that reaches widest. A key of another kind comes last; being on one node is no kind at all.</summary>
    private static readonly string[] Reach = ["registry", "dns", "node-condition", "quota", "volume", "image"];

    public void Apply(IEnumerable<CauseId> causes)
    {
        foreach (var cause in causes.OrderBy(cause => ReachOf(cause.Key)).ThenBy(cause => cause.Key, StringComparer.Ordinal))
        {
            var sightings = set.Sightings[cause];
            foreach (var storm in set.Storms.GetValueOrDefault(cause, []))
            {
                Gather(storm, sightings);
            }

            if (Break(cause, sightings) is { } broken)
            {
                Gather(broken, sightings);
            }
        }
    }

    private static int ReachOf(string key)
    {
        var kind = Array.IndexOf(Reach, key[..Math.Max(0, key.IndexOf(':', StringComparison.Ordinal))]);
        return kind < 0 ? Reach.Length : kind;
    }

    /// <summary>A new storm, where enough workloads without one showed the cause within one window.</summary>
    private StormState? Break(CauseId cause, List<CauseSighting> sightings)
    {
        var free = sightings.Where(sighting => sighting.StormId is null).ToList();
        if (free.Count < options.StormWorkloads)
        {
            return null;
        }

        foreach (var start in free.Select(sighting => sighting.FirstAt).Order())
        {
            var together = free.Where(sighting => sighting.FirstAt <= start + options.StormWithin && sighting.LastAt >= start).ToList();
            if (together.DistinctBy(sighting => sighting.Workload).Count() < options.StormWorkloads)
            {
                continue;
            }

            var storm = new StormState { Id = set.NewStormId(), Cause = cause, IsNew = true, StartedAt = start, LastSeenAt = start, History = true };
            storm.Touch();
            if (!set.Storms.TryGetValue(cause, out var storms))
            {
                set.Storms[cause] = storms = [];
            }

            storms.Add(storm);
            return storm;
        }

        return null;
    }

    /// <summary>Everyone whose trouble touches the storm's time joins, which lengthens that time; until nobody joins any more.</summary>
    private void Gather(StormState storm, List<CauseSighting> sightings)
    {
        foreach (var member in sightings.Where(sighting => sighting.StormId == storm.Id))
        {
            Lengthen(storm, member);
        }

        var joined = false;
        while (sightings.FirstOrDefault(sighting => sighting.StormId is null && Touches(storm, sighting)) is { } next)
        {
            Join(storm, next);
            joined = true;
        }

        if (joined)
        {
            set.Outbox.Add(new OutboxWrite(Projectors.LiveStorms, storm.Id, LiveChangeKinds.Storm, storm.History));
        }
    }

    private bool Touches(StormState storm, CauseSighting sighting) =>
        sighting.FirstAt <= storm.LastSeenAt + options.StormWithin && sighting.LastAt >= storm.StartedAt - options.StormWithin;

    private void Join(StormState storm, CauseSighting sighting)
    {
        var incident = set.Incidents.GetValueOrDefault(sighting.IncidentId);
        storm.History &= incident?.History ?? true;
        var at = sighting.FirstAt > storm.StartedAt ? sighting.FirstAt : storm.StartedAt;
        set.StormJoins.Add(new StormJoin(sighting.IncidentId, storm, at));
        set.Timeline.Add(new TimelineWrite(sighting.IncidentId, at, "storm", $"Part of a storm: {storm.Cause.Key}"));
        foreach (var other in set.Sightings.Values.SelectMany(all => all).Where(other => other.IncidentId == sighting.IncidentId))
        {
            other.StormId = storm.Id;
        }

        Lengthen(storm, sighting);
    }

    private static void Lengthen(StormState storm, CauseSighting member)
    {
        // A trouble that is older than the storm does not make the storm older.
        if (member.LastAt > storm.LastSeenAt)
        {
            storm.LastSeenAt = member.LastAt;
            storm.Touch();
        }
    }
}

using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Incidents;

/// <summary>The transitions of an incident, each with its timeline entry; and what follows from a change of it.</summary>
internal sealed class IncidentLife(IncidentWorkingSet set, IncidentOptions options, TimeProvider time)
{
    /// <summary>What a watcher takes at most to answer a question for evidence, its queue included.</summary>
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMinutes(1);

    /// <summary>The cluster's own: an imported capture stands still at the time it was taken.</summary>
    public DateTimeOffset Clock(string clusterId) =>
        set.Clusters.GetValueOrDefault(clusterId)?.CapturedAt ?? Microseconds.Floor(time.GetUtcNow());

    public void Reopen(IncidentState incident, DateTimeOffset at)
    {
        incident.Status = IncidentStatus.Open;
        incident.ResolvedAt = null;
        incident.Reopened = true;
        incident.Reopenings = [.. incident.Reopenings.Append(at).TakeLast(options.FlappingReopenings)];
        incident.Flapping |= incident.Reopenings.Count == options.FlappingReopenings
            && incident.Reopenings[^1] - incident.Reopenings[0] <= options.FlappingWithin;
        Say(incident, at, "reopened", incident.Flapping ? "It came back; it is flapping" : "It came back");
    }

    /// <summary>From stale to open.</summary>
    public void Wake(IncidentState incident, DateTimeOffset at)
    {
        incident.Status = IncidentStatus.Open;
        Say(incident, at, "status", "stale → open");
    }

    public void Resolve(IncidentState incident, DateTimeOffset at, string reason)
    {
        incident.Status = IncidentStatus.Resolved;
        incident.ResolvedAt = at;
        Say(incident, at, "resolved", reason);
    }

    public void GoStale(IncidentState incident, DateTimeOffset at)
    {
        incident.Status = IncidentStatus.Stale;
        Say(incident, at, "stale", "Quiet, and its pods are not to be seen: nobody knows whether it is over");
    }

    /// <summary>A person's decision; nothing where it is so already.</summary>
    public void Decide(IncidentState incident, IncidentStatus status)
    {
        if (incident.Status == status)
        {
            return;
        }

        var at = Clock(incident.Key.ClusterId);
        Say(incident, at, "status", $"{Word(incident.Status)} → {Word(status)}");
        incident.Status = status;
        // Not before its last occurrence, or a repetition of what is known would count as later.
        incident.ResolvedAt = status == IncidentStatus.Resolved ? (at > incident.LastSeenAt ? at : incident.LastSeenAt) : null;
    }

    /// <summary>The answer never came, and its question may be lost.</summary>
    public void AskAgain(IncidentState incident) => Ask(incident, Clock(incident.Key.ClusterId));

    /// <summary>Once, after all signals of the change: severity, timeline, evidence, and word to the projectors.</summary>
    public void Finish()
    {
        var withEvidence = set.Evidence.Select(evidence => evidence.IncidentId).ToHashSet();
        var answered = set.MissingEvidence.Select(answer => answer.IncidentId).ToHashSet();
        var withNewSubjects = set.Subjects.Values.Where(subject => subject.IsNew).Select(subject => subject.IncidentId).ToHashSet();
        foreach (var incident in set.Incidents.Values)
        {
            if (!incident.IsNew && !incident.Dirty)
            {
                continue;
            }

            incident.Severity = SeverityRules.Of(incident);
            Narrate(incident);
            AskForEvidence(incident);
            incident.Version++;
            incident.Touch();
            var kind = incident.IsNew ? LiveChangeKinds.Opened
                : !incident.Unresolved && incident.LoadedStatus != IncidentStatus.Resolved ? LiveChangeKinds.Resolved
                : LiveChangeKinds.Updated;
            set.Outbox.Add(new OutboxWrite(Projectors.Live, incident.Id, kind, incident.History));
            Project(incident, kind, withEvidence.Contains(incident.Id), withNewSubjects.Contains(incident.Id));
            Analyse(incident, answered.Contains(incident.Id), withEvidence.Contains(incident.Id));
        }
    }

    /// <summary>The projections hear of what they show; a mere repetition is not worth embedding or writing again.</summary>
    private void Project(IncidentState incident, string kind, bool newEvidence, bool newSubjects)
    {
        var said = incident.IsNew || newEvidence || incident.Type != incident.LoadedType || incident.Signature != incident.LoadedSignature;
        if (said)
        {
            set.Outbox.Add(new OutboxWrite(Projectors.Vectors, incident.Id, kind, incident.History));
        }

        if (said || newSubjects || incident.Status != incident.LoadedStatus || incident.Severity != incident.LoadedSeverity
            || incident.Image != incident.LoadedImage)
        {
            set.Outbox.Add(new OutboxWrite(Projectors.Graph, incident.Id, kind, incident.History));
        }
    }

    /// <summary>
    /// What is thought of it may be another now; a mere repetition changes nothing. Where evidence was asked for a moment ago it is waited
    /// for: see <see cref="OutboxKinds.Asked"/>. What is resolved is looked at when somebody asks.
    /// </summary>
    private void Analyse(IncidentState incident, bool answered, bool newEvidence)
    {
        var changed = incident.IsNew || newEvidence || answered || incident.Type != incident.LoadedType || incident.Signature != incident.LoadedSignature;
        if (changed && incident.Unresolved)
        {
            var waits = !answered && incident.Type.NeedsEvidence() && Clock(incident.Key.ClusterId) - incident.EvidenceAskedAt < AnswerTakes;
            set.Outbox.Add(new OutboxWrite(Projectors.Analysis, incident.Id, waits ? OutboxKinds.Asked : LiveChangeKinds.Updated, incident.History));
        }
    }

    private void Narrate(IncidentState incident)
    {
        if (incident.IsNew)
        {
            Say(incident, incident.OccurredAt, "opened", $"{incident.Type}: {incident.Description}");
            return;
        }

        if (incident.Type != incident.LoadedType)
        {
            Say(incident, incident.LastSeenAt, "type_changed", $"{incident.LoadedType} → {incident.Type}");
        }

        if (incident.Severity != incident.LoadedSeverity)
        {
            Say(incident, incident.LastSeenAt, "severity_changed", $"{Word(incident.LoadedSeverity)} → {Word(incident.Severity)}");
        }
    }

    private void AskForEvidence(IncidentState incident)
    {
        if (!incident.Unresolved)
        {
            return;
        }

        var now = Clock(incident.Key.ClusterId);
        var material = incident.IsNew || incident.Reopened || incident.Type != incident.LoadedType
            || (incident.WorstPod != incident.EvidencePod && now - incident.EvidenceAskedAt >= options.EvidenceAgainAfter);
        if (material)
        {
            Ask(incident, now);
        }
    }

    private void Ask(IncidentState incident, DateTimeOffset now)
    {
        incident.EvidenceAskedAt = now;
        incident.EvidencePod = incident.WorstPod;
        incident.Touch();
        set.Outbox.Add(new OutboxWrite(Projectors.Evidence, incident.Id, incident.IsNew ? LiveChangeKinds.Opened : "", incident.History));
    }

    private void Say(IncidentState incident, DateTimeOffset at, string kind, string text) =>
        set.Timeline.Add(new TimelineWrite(incident.Id, at, kind, text));

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}

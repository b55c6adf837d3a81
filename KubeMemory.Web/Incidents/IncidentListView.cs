using KubeMemory.Core.Contracts;

namespace KubeMemory.Web.Incidents;

/// <summary>What a batch of live changes asks of the page.</summary>
public enum ListReaction
{
    /// <summary>Nothing that is on the screen has changed.</summary>
    None,

    /// <summary>Render: a number changed in place, or something new waits.</summary>
    Render,

    /// <summary>Read the page again, quietly.</summary>
    Refresh,
}

/// <summary>
/// What the list holds. Rows change in place and never move by themselves; new incidents wait in <see cref="Waiting"/>, except where
/// the list is empty and nothing could move.
/// </summary>
public sealed class IncidentListView
{
    /// <summary>Names kept of those that wait; more are only counted.</summary>
    private const int MaxWaiting = 500;

    private readonly Dictionary<long, IncidentSummary> _waiting = [];
    private readonly HashSet<long> _fresh = [];
    private List<IncidentSummary> _rows = [];

    public IReadOnlyList<IncidentSummary> Rows => _rows;

    public long Count { get; private set; }

    public string? Next { get; private set; }

    public string? Previous { get; private set; }

    /// <summary>Whether rows have been shown at all; before that the page is a skeleton.</summary>
    public bool Loaded { get; private set; }

    /// <summary>New incidents that are not in the list yet, newest last.</summary>
    public IReadOnlyCollection<IncidentSummary> Waiting => _waiting.Values;

    /// <summary>Whether this row came with the last reading and was not there before it.</summary>
    public bool IsFresh(long id) => _fresh.Contains(id);

    /// <param name="sameList">The same filter as before, read again: rows that were not there are marked fresh.</param>
    public void Show(IncidentPage page, bool sameList)
    {
        _fresh.Clear();
        if (sameList && Loaded)
        {
            var before = _rows.Select(r => r.Id).ToHashSet();
            _fresh.UnionWith(page.Results.Select(r => r.Id).Where(id => !before.Contains(id)));
        }

        _rows = [.. page.Results];
        Count = page.Count;
        Next = IncidentFilter.CursorOf(page.Next);
        Previous = IncidentFilter.CursorOf(page.Previous);
        _waiting.Clear();
        Loaded = true;
    }

    public ListReaction Apply(IReadOnlyList<LiveChange> changes, IncidentFilter filter, DateTimeOffset now)
    {
        var reaction = ListReaction.None;
        foreach (var change in changes)
        {
            var one = Apply(change, filter, now);
            reaction = one > reaction ? one : reaction;
        }

        return reaction;
    }

    private ListReaction Apply(LiveChange change, IncidentFilter filter, DateTimeOffset now)
    {
        if (change.Kind == LiveChangeKinds.Reset)
        {
            return ListReaction.Refresh;
        }

        if (change is { Kind: LiveChangeKinds.Deleted, IncidentId: { } gone })
        {
            // Read again, so that the count and the page's last row are right.
            return _rows.Exists(row => row.Id == gone) ? ListReaction.Refresh : _waiting.Remove(gone) ? ListReaction.Render : ListReaction.None;
        }

        if (change.Incident is not { } incident)
        {
            return ListReaction.None;
        }

        var at = _rows.FindIndex(r => r.Id == incident.Id);
        if (at >= 0)
        {
            // A feed's entry can be older than what was read since.
            _rows[at] = incident.LastSeenAt < _rows[at].LastSeenAt ? _rows[at] : incident with { Spark = incident.Spark.Count > 0 ? incident.Spark : _rows[at].Spark };
            return ListReaction.Render;
        }

        if (_waiting.ContainsKey(incident.Id))
        {
            _waiting[incident.Id] = incident;
            return ListReaction.Render;
        }

        if (change.Kind != LiveChangeKinds.Opened || !filter.Holds(incident, now))
        {
            return ListReaction.None;
        }

        if (_rows.Count == 0 || change.History)
        {
            return ListReaction.Refresh;
        }

        if (_waiting.Count < MaxWaiting)
        {
            _waiting.Add(incident.Id, incident);
        }

        return ListReaction.Render;
    }
}

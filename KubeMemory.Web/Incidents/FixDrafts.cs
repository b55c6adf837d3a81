namespace KubeMemory.Web.Incidents;

/// <summary>
/// What a reader has begun to type about incidents and not sent yet: it is there again when they come back from another page. Of one circuit;
/// bounded, the oldest is forgotten.
/// </summary>
internal sealed class FixDrafts
{
    private const int Capacity = 20;

    private readonly OrderedDictionary<long, FixEntry> _drafts = [];

    /// <summary>Null where nothing has been begun.</summary>
    public FixEntry? Find(long incidentId) => _drafts.GetValueOrDefault(incidentId);

    public FixEntry Begin(long incidentId)
    {
        if (_drafts.TryGetValue(incidentId, out var begun))
        {
            return begun;
        }

        if (_drafts.Count == Capacity)
        {
            _drafts.RemoveAt(0);
        }

        return _drafts[incidentId] = new FixEntry();
    }

    public void Forget(long incidentId) => _drafts.Remove(incidentId);
}

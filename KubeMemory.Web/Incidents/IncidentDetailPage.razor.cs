using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Web.Api;
using KubeMemory.Web.Live;
using Microsoft.AspNetCore.Components;

namespace KubeMemory.Web.Incidents;

public sealed partial class IncidentDetailPage
{
    /// <summary>The numbers follow at once, in place; the whole page is read again at most this often.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <summary>Incidents of a cluster that begin so near to each other are shown together.</summary>
    private static readonly TimeSpan AtTheSameTime = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _life = new();
    private LiveSubscription? _subscription;
    private IncidentDetail? _incident;
    private IncidentStatus? _chosen;
    private string? _statusError;
    private string? _error;
    private string? _range;
    private AnalysisProgress? _progress;
    private long _shown;
    private long _edition;
    private int _choices;
    private bool _missing;

    [Parameter]
    public long Id { get; set; }

    /// <summary>Redeems at the circuit what was read for the first rendering.</summary>
    [PersistentState]
    public string? Ticket { get; set; }

    /// <summary>How far back the chart goes; read so that a new address renders the page again.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? Range { get; set; }

    [Inject]
    private IncidentApi Api { get; set; } = null!;

    [Inject]
    private LiveBroadcast Broadcast { get; set; } = null!;

    [Inject]
    private PrerenderHandoff Handoff { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        _range = Range;
        if (_shown == Id)
        {
            return;
        }

        (_shown, _incident, _chosen, _statusError, _missing, _progress) = (Id, null, null, null, false, null);
        if (!RendererInfo.IsInteractive)
        {
            await RenderFirstAsync();
            return;
        }

        _subscription?.Dispose();
        if (Handoff.TryTake<Rendered>(Ticket, out var rendered) && rendered.Incident.Id == Id)
        {
            _incident = rendered.Incident;
            Follow(rendered.Position);
            return;
        }

        Follow(null);
        await LoadAsync();
    }

    private async Task RenderFirstAsync()
    {
        var position = Broadcast.Position;
        await LoadAsync();
        if (_incident is not null)
        {
            Ticket = Handoff.Keep(new Rendered(_incident, position));
        }
        else if (_missing)
        {
            // The answer's status is 404, too.
            Navigation.NotFound();
        }
    }

    private void Follow(LivePosition? from)
    {
        _subscription = Broadcast.Subscribe(from, analysisOf: Id);
        _ = FollowAsync(_subscription);
    }

    private async Task FollowAsync(LiveSubscription subscription)
    {
        try
        {
            await foreach (var changes in subscription.ReadAsync(Pace, Clock, _life.Token))
            {
                await InvokeAsync(() => ApplyAsync(changes));
            }
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The reader has left the page.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task ApplyAsync(IReadOnlyList<LiveChange> changes)
    {
        if (_incident is { } shown)
        {
            Hear(changes, shown);
        }

        var mine = changes.LastOrDefault(c => c.Incident?.Id == Id)?.Incident;
        if (mine is null && changes.All(c => c.Kind != LiveChangeKinds.Reset && (c.Kind != LiveChangeKinds.Deleted || c.IncidentId != Id)))
        {
            return;
        }

        if (mine is not null && _incident is not null)
        {
            _incident = Merged(_incident, mine);
            StateHasChanged();
        }

        await LoadAsync();
        StateHasChanged();
    }

    /// <summary>What the panels are to know: how far the analysis is, and that something has happened that they may show.</summary>
    private void Hear(IReadOnlyList<LiveChange> changes, IncidentDetail shown)
    {
        var progress = changes.LastOrDefault(c => c.Analysis?.IncidentId == Id)?.Analysis;
        var isNews = progress?.State == AnalysisState.Done || changes.Any(c => c.Kind == LiveChangeKinds.Reset || BeginsWith(c, shown));
        if (progress is null && !isNews)
        {
            return;
        }

        _progress = progress ?? _progress;
        _edition += isNews ? 1 : 0;
        StateHasChanged();
    }

    private static bool BeginsWith(LiveChange change, IncidentDetail shown) =>
        change is { Kind: LiveChangeKinds.Opened, Incident: { } other }
        && other.Id != shown.Id
        && other.ClusterId == shown.ClusterId
        && (other.OccurredAt - shown.OccurredAt).Duration() <= AtTheSameTime;

    /// <summary>Whether the panels may show something else of it now.</summary>
    private static bool IsOtherwise(IncidentDetail before, IncidentDetail now) =>
        before.Signature != now.Signature || before.IncidentType != now.IncidentType || before.Status != now.Status
        || before.StormId != now.StormId || before.Evidence.Count != now.Evidence.Count;

    private void ReadPanelsAgain() => _edition++;

    private async Task LoadAsync()
    {
        var id = Id;
        try
        {
            var incident = await Api.GetAsync(id, _life.Token);
            if (id == Id)
            {
                _edition += _incident is { } before && IsOtherwise(before, incident) ? 1 : 0;
                (_incident, _error, _missing) = (incident, null, false);
            }
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The reader has left the page.
        }
        catch (ApiFailureException e) when (e.Kind == ApiFailureKind.NotFound)
        {
            _missing = id == Id;
        }
        catch (ApiFailureException e)
        {
            _error = e.Message;
        }
    }

    /// <summary>Shows the choice at once and takes it back if the API does not take it. The last choice wins; an older answer changes nothing.</summary>
    private async Task ChangeStatusAsync(IncidentStatus status)
    {
        var choice = ++_choices;
        (_chosen, _statusError) = (status, null);
        try
        {
            var incident = await Api.SetStatusAsync(Id, status, _life.Token);
            if (choice == _choices && _incident is not null)
            {
                _incident = Merged(_incident, incident);
                _chosen = null;
                await LoadAsync();
            }
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The reader has left the page.
        }
        catch (ApiFailureException e) when (choice == _choices)
        {
            (_chosen, _statusError) = (null, e.Message);
        }
        catch (ApiFailureException)
        {
            // A later choice has taken its place and reports for itself.
        }
    }

    private static IncidentDetail Merged(IncidentDetail detail, IncidentSummary now) => detail with
    {
        IncidentType = now.IncidentType,
        Severity = now.Severity,
        Status = now.Status,
        Flapping = now.Flapping,
        Description = now.Description,
        LastSeenAt = now.LastSeenAt,
        ResolvedAt = now.ResolvedAt,
        Occurrences = now.Occurrences,
        AffectedPods = now.AffectedPods,
        DesiredReplicas = now.DesiredReplicas,
        ReadyReplicas = now.ReadyReplicas,
        RestartCount = now.RestartCount,
        StormId = now.StormId,
    };

    public void Dispose()
    {
        _life.Cancel();
        _subscription?.Dispose();
        _life.Dispose();
    }

    private sealed record Rendered(IncidentDetail Incident, LivePosition Position);
}

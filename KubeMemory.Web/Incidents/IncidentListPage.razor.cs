using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Web.Api;
using KubeMemory.Web.Live;
using KubeMemory.Web.Status;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace KubeMemory.Web.Incidents;

public sealed partial class IncidentListPage
{
    /// <summary>A burst of changes is one rendering; short enough that a new incident shows at once.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>How long typing must pause before it becomes a search.</summary>
    private static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _life = new();
    private readonly IncidentListView _view = new();
    private IncidentFilter _filter = IncidentFilter.All;
    private LiveSubscription? _subscription;
    private CancellationTokenSource? _loading;
    private CancellationTokenSource? _typing;
    private string? _error;
    private StatusChange? _resolved;

    [CascadingParameter]
    public StatusSnapshot Snapshot { get; set; } = StatusSnapshot.None;

    /// <summary>Redeems at the circuit what was read for the first rendering.</summary>
    [PersistentState]
    public string? Ticket { get; set; }

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

    protected override async Task OnInitializedAsync()
    {
        _filter = FilterOf(Navigation.Uri);
        if (!RendererInfo.IsInteractive)
        {
            var position = Broadcast.Position;
            if (await LoadAsync(sameList: false) is { } page)
            {
                Ticket = Handoff.Keep(new Rendered(_filter.ToQueryString(), page, position));
            }

            return;
        }

        Navigation.LocationChanged += OnLocationChanged;
        if (Handoff.TryTake<Rendered>(Ticket, out var rendered) && rendered.Query == _filter.ToQueryString())
        {
            _view.Show(rendered.Page, sameList: false);
            Follow(rendered.Position);
            return;
        }

        Follow(null);
        await LoadAsync(sameList: false);
    }

    private static IncidentFilter FilterOf(string address) => IncidentFilter.Parse(new Uri(address).Query);

    private void Follow(LivePosition? from)
    {
        _subscription = Broadcast.Subscribe(from);
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
        var reaction = _view.Apply(changes, _filter, Clock.GetUtcNow());
        if (reaction == ListReaction.Refresh)
        {
            await LoadAsync(sameList: true);
        }

        if (reaction != ListReaction.None)
        {
            StateHasChanged();
        }
    }

    /// <summary>Reads the page that the filter names; the newest call wins. On failure what was there stays.</summary>
    private async Task<IncidentPage?> LoadAsync(bool sameList)
    {
        _loading?.Cancel();
        using var loading = CancellationTokenSource.CreateLinkedTokenSource(_life.Token);
        _loading = loading;
        try
        {
            var page = await Api.ListAsync(_filter, loading.Token);
            _view.Show(page, sameList);
            _error = null;
            return page;
        }
        catch (OperationCanceledException) when (loading.IsCancellationRequested)
        {
            return null;
        }
        catch (ApiFailureException e)
        {
            _error = e.Message;
            return null;
        }
        finally
        {
            if (_loading == loading)
            {
                _loading = null;
            }
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        var path = new Uri(e.Location).AbsolutePath;
        var filter = FilterOf(e.Location);
        if (path is not ("/" or "/incidents") || filter.ToQueryString() == _filter.ToQueryString())
        {
            return;
        }

        _filter = filter;
        StateHasChanged();
        await LoadAsync(sameList: false);
        StateHasChanged();
    });

    private async Task ShowWaitingAsync()
    {
        if (_filter.Cursor is not null)
        {
            Navigation.NavigateTo((_filter with { Cursor = null }).ToAddress());
            return;
        }

        await LoadAsync(sameList: true);
    }

    /// <summary>Resolves the selected row; what it was before stays at hand until the next one.</summary>
    private Task ResolveAsync(IncidentSummary row) => row.Status == IncidentStatus.Resolved
        ? Task.CompletedTask
        : SetStatusAsync(row, IncidentStatus.Resolved, $"{row.IncidentType} of {row.Workload} is resolved.", undoable: true);

    private Task UndoAsync() => _resolved is { Before: { } before }
        // Stale is found out, not set.
        ? SetStatusAsync(before, before.Status == IncidentStatus.Stale ? IncidentStatus.Open : before.Status, $"{before.IncidentType} of {before.Workload} is as it was.", undoable: false)
        : Task.CompletedTask;

    private async Task SetStatusAsync(IncidentSummary row, IncidentStatus status, string says, bool undoable)
    {
        try
        {
            var now = await Api.SetStatusAsync(row.Id, status, _life.Token);
            _view.Apply([new(LiveChangeKinds.Updated, now)], _filter, Clock.GetUtcNow());
            _resolved = new(says, undoable ? row : null);
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The reader has left the page.
        }
        catch (ApiFailureException e)
        {
            _resolved = new($"The status of {row.Workload} was not changed. {e.Message}", null);
        }
    }

    private void SortBy(ChangeEventArgs e) =>
        Navigation.NavigateTo((_filter with { Sort = e.Value as string ?? IncidentFilter.DefaultSort, Cursor = null }).ToAddress());

    private async Task SearchAsync(string text)
    {
        if (_typing is not null)
        {
            await _typing.CancelAsync();
        }

        using var typing = CancellationTokenSource.CreateLinkedTokenSource(_life.Token);
        _typing = typing;
        await Task.Delay(TypingPause, Clock, typing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (typing.IsCancellationRequested)
        {
            return;
        }

        _typing = null;

        // Half a word is no place to come back to.
        var words = string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        Navigation.NavigateTo((_filter with { Text = words, Cursor = null }).ToAddress(), replace: _filter.Text is not null && words is not null);
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _life.Cancel();
        _subscription?.Dispose();
        _life.Dispose();
    }

    /// <param name="Before">The incident before the change; null where it cannot be taken back.</param>
    private sealed record StatusChange(string Says, IncidentSummary? Before);

    private sealed record Rendered(string Query, IncidentPage Page, LivePosition Position);
}

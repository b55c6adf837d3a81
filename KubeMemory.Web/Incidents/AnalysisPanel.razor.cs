using KubeMemory.Core.Contracts;
using KubeMemory.Web.Api;
using Microsoft.AspNetCore.Components;

namespace KubeMemory.Web.Incidents;

/// <summary>What is thought of the incident, and how far that is; follows the model while it speaks.</summary>
public sealed partial class AnalysisPanel
{
    /// <summary>While somebody waits, the state is read so often besides: a word that got lost must not leave the page waiting.</summary>
    private static readonly TimeSpan WaitingPace = TimeSpan.FromSeconds(10);

    private AnalysisProgress? _heard;
    private string? _refusal;
    private bool _asking;
    private bool _waiting;

    /// <summary>The last that was heard of it on the live feed.</summary>
    [Parameter]
    public AnalysisProgress? Progress { get; set; }

    private bool GoesOn => Content?.State is AnalysisState.Queued or AnalysisState.Running;

    private string? StateWord => Content switch
    {
        { State: AnalysisState.None } => "Not analysed yet",
        { State: AnalysisState.Queued } => "Waits for its turn",
        { State: AnalysisState.Running, Result: null } => "Being analysed",
        { State: AnalysisState.Running } => "Being analysed again",
        { State: AnalysisState.Done } => "Analysed",
        { State: AnalysisState.Failed } => "The analysis failed",
        { State: AnalysisState.Cancelled } => "The analysis was cancelled",
        _ => null,
    };

    private DateTimeOffset? StateSince => Content switch
    {
        { State: AnalysisState.Queued } view => view.QueuedAt,
        { State: AnalysisState.Running } view => view.StartedAt,
        _ => null,
    };

    private string? WhyId => Person.MayAct ? null : "analysis-why";

    protected override async Task<AnalysisView> ReadAsync(CancellationToken cancellationToken)
    {
        var view = await Api.GetAnalysisAsync(Incident.Id, cancellationToken);
        // What was heard of the draft is newer than what the store has of it.
        return view.State == AnalysisState.Running && Content is { State: AnalysisState.Running, Draft: { } heard } ? view with { Draft = heard } : view;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!ReferenceEquals(Progress, _heard))
        {
            _heard = Progress;
            if (_heard is not null && Content is not null)
            {
                await HearAsync(_heard);
                WaitWhileItGoesOn();
            }
        }

        await base.OnParametersSetAsync();
        WaitWhileItGoesOn();
    }

    private async Task HearAsync(AnalysisProgress progress)
    {
        var known = Content?.State;
        if (Content is { } view)
        {
            Show(view with { State = progress.State, Draft = progress.Draft, Reason = progress.State == view.State ? view.Reason : null });
        }

        if (progress.State != known || progress.State != AnalysisState.Running)
        {
            await LoadAsync();
        }
    }

    private Task AnalyseAsync() => AskAsync(Api.AnalyseAsync, AnalysisState.Queued);

    private Task CancelAsync() => AskAsync(Api.CancelAnalysisAsync, AnalysisState.Cancelled);

    private async Task AskAsync(Func<long, CancellationToken, Task> ask, AnalysisState then)
    {
        (_asking, _refusal) = (true, null);
        try
        {
            await ask(Incident.Id, Left);
            if (Content is { } view)
            {
                Show(view with { State = then, Reason = null, RetryAt = null, QueuedAt = null, StartedAt = null, Draft = null });
            }

            await LoadAsync();
            WaitWhileItGoesOn();
        }
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // The reader has left the page.
        }
        catch (ApiFailureException e)
        {
            _refusal = e.Message;
        }
        finally
        {
            _asking = false;
        }
    }

    private void WaitWhileItGoesOn()
    {
        if (!_waiting && GoesOn && RendererInfo.IsInteractive)
        {
            _waiting = true;
            _ = WaitAsync(Left);
        }
    }

    private async Task WaitAsync(CancellationToken left)
    {
        try
        {
            while (GoesOn)
            {
                await Task.Delay(WaitingPace, Clock, left);
                await LoadAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            // The reader has left the page.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
        finally
        {
            _waiting = false;
        }
    }
}

using KubeMemory.Core.Contracts;
using KubeMemory.Web.Api;
using KubeMemory.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace KubeMemory.Web.Incidents;

/// <summary>What people did about the incident and about the like, and the form that records it. What was typed stays until it is saved.</summary>
public sealed partial class FixesPanel
{
    private ElementReference _new;
    private ElementReference _no;
    private FixEntry? _writing;
    private FixEntry? _edited;
    private long? _editing;
    private long? _deleting;
    private string? _formFault;
    private string? _refusal;
    private string? _said;
    private bool _saving;
    private bool _isFoundAgain;
    private bool _backToNew;
    private bool _toNo;

    /// <summary>Something was recorded, changed or deleted.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private FixDrafts Drafts { get; set; } = null!;

    private string? WhyId => Person.MayAct ? null : "fixes-why";

    protected override Task<FixesOfIncident> ReadAsync(CancellationToken cancellationToken) => Api.FixesAsync(Incident.Id, cancellationToken);

    protected override void OnInitialized()
    {
        _writing = Drafts.Find(Incident.Id);
        _isFoundAgain = _writing is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var (backToNew, toNo) = (_backToNew && _writing is null, _toNo && _deleting is not null);
        (_backToNew, _toNo) = (false, false);
        if (backToNew || toNo)
        {
            await (toNo ? _no : _new).TryFocusAsync(preventScroll: true);
        }
    }

    private void Write()
    {
        Close();
        (_writing, _isFoundAgain) = (Drafts.Begin(Incident.Id), false);
    }

    private void Discard()
    {
        Drafts.Forget(Incident.Id);
        Close();
        _backToNew = true;
    }

    private void AskToDelete(FixDto fix) => (_deleting, _toNo) = (fix.Id, true);

    private void Edit(FixDto fix)
    {
        Close();
        (_editing, _edited) = (fix.Id, FixEntry.Of(fix));
    }

    private void Close() => (_writing, _edited, _editing, _deleting, _formFault, _refusal, _said) = (null, null, null, null, null, null, null);

    private async Task AddAsync()
    {
        if (_writing is not { } entry)
        {
            return;
        }

        _formFault = entry.Error();
        if (_formFault is not null)
        {
            return;
        }

        _formFault = await ChangeAsync(() => Api.AddFixAsync(Incident.Id, entry.ToCreate(), Left), Recorded(entry.IsCorrection));
        if (_writing is null)
        {
            Drafts.Forget(Incident.Id);
            _backToNew = true;
        }
    }

    private async Task EditAsync(FixDto fix)
    {
        if (_edited is not { } entry)
        {
            return;
        }

        _formFault = entry.Error();
        if (_formFault is not null)
        {
            return;
        }

        if (entry.ToPatch(fix) is not { } patch)
        {
            Close();
            return;
        }

        _formFault = await ChangeAsync(() => Api.EditFixAsync(fix.Id, patch, Left), Recorded(patch.Correction is not null));
    }

    private async Task TryAsync(FixProposal proposal, bool worked)
    {
        var entry = FixEntry.Again(proposal.Fix, worked);
        _refusal = await ChangeAsync(() => Api.AddFixAsync(Incident.Id, entry.ToCreate(), Left), worked ? "Recorded: it worked here, too." : "Recorded: it did not work here.", keepsForm: true);
    }

    private async Task DeleteAsync(FixDto fix) =>
        _refusal = await ChangeAsync(() => Api.DeleteFixAsync(fix.Id, Left), "Deleted.", keepsForm: true);

    /// <summary>Why it was not done, in one sentence; null where it was, and then everything is read again.</summary>
    private async Task<string?> ChangeAsync(Func<Task> change, string says, bool keepsForm = false)
    {
        if (_saving)
        {
            return null;
        }

        (_saving, _said, _refusal) = (true, null, null);
        try
        {
            await change();
            if (!keepsForm)
            {
                Close();
            }

            (_deleting, _said) = (null, says);
            await LoadAsync();
            await OnChanged.InvokeAsync();
            return null;
        }
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // The reader has left the page.
            return null;
        }
        catch (ApiFailureException e)
        {
            return $"It was not saved. {e.Message}";
        }
        finally
        {
            _saving = false;
        }
    }

    /// <summary>Whoever has tried a proposal here has said so with its words.</summary>
    private FixDto? TriedHere(FixProposal proposal) =>
        Content?.Fixes.FirstOrDefault(fix => fix.Worked is not null && string.Equals(fix.Text, proposal.Fix.Text, StringComparison.Ordinal));

    private static string Recorded(bool correction) =>
        correction ? "Recorded. The next analysis of this and of the like takes the correction into account." : "Recorded. It will be proposed where the like happens, once it has worked.";

    private static string Outcome(bool? worked) => worked switch
    {
        true => "✓ It worked",
        false => "✗ It did not work",
        null => "… Not yet known",
    };
}

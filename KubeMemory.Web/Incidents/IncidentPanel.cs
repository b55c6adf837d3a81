using KubeMemory.Core.Contracts;
using KubeMemory.Web.Api;
using KubeMemory.Web.Live;
using KubeMemory.Web.SignIn;
using Microsoft.AspNetCore.Components;

namespace KubeMemory.Web.Incidents;

/// <summary>
/// A part of the incident's page that reads its own content, so that what answers slowly or not at all holds up nothing else. What was read
/// stays on the page when a later reading fails.
/// </summary>
/// <typeparam name="T">What it reads.</typeparam>
public abstract class IncidentPanel<T> : ComponentBase, IDisposable
    where T : class
{
    /// <summary>The first rendering of the page waits so long for a panel; the circuit reads what is late.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>However much goes on, a panel is read again at most this often.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _life = new();
    private readonly CancellationToken _left;
    private DateTimeOffset _readAt;
    private long? _edition;
    private bool _soon;
    private int _readings;

    protected IncidentPanel() => _left = _life.Token;

    [Parameter, EditorRequired]
    public IncidentDetail Incident { get; set; } = null!;

    /// <summary>Another number: something has happened that may change what the panel shows.</summary>
    [Parameter]
    public long Edition { get; set; }

    /// <summary>Redeems at the circuit what was read for the first rendering.</summary>
    [PersistentState]
    public string? Ticket { get; set; }

    [CascadingParameter]
    public Person Person { get; set; } = Person.Nobody;

    [Inject]
    private protected IncidentApi Api { get; set; } = null!;

    [Inject]
    private protected PrerenderHandoff Handoff { get; set; } = null!;

    [Inject]
    private protected TimeProvider Clock { get; set; } = null!;

    /// <summary>As last read; null before.</summary>
    protected T? Content { get; private set; }

    /// <summary>Why the last reading failed; null where it did not.</summary>
    protected string? Fault { get; private set; }

    /// <summary>Cancelled when the reader leaves the page; may be asked afterwards, too.</summary>
    protected CancellationToken Left => _left;

    protected abstract Task<T> ReadAsync(CancellationToken cancellationToken);

    protected override async Task OnParametersSetAsync()
    {
        if (_edition == Edition)
        {
            return;
        }

        var isFirst = _edition is null;
        _edition = Edition;
        if (!isFirst)
        {
            await ReadSoonAsync();
        }
        else if (!RendererInfo.IsInteractive)
        {
            await RenderFirstAsync();
        }
        else if (Handoff.TryTake<T>(Ticket, out var rendered))
        {
            Show(rendered);
        }
        else
        {
            await LoadAsync();
        }
    }

    /// <summary>Reads now; the newest reading wins.</summary>
    protected async Task LoadAsync()
    {
        var reading = ++_readings;
        _readAt = Clock.GetUtcNow();
        try
        {
            var content = await ReadAsync(Left);
            if (reading == _readings)
            {
                Show(content);
            }
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The reader has left the page.
        }
        catch (ApiFailureException e)
        {
            Fault = reading == _readings ? e.Message : Fault;
        }
    }

    protected void Show(T content) => (Content, Fault) = (content, null);

    private async Task ReadSoonAsync()
    {
        if (_soon)
        {
            return;
        }

        _soon = true;
        var wait = _readAt + Pace - Clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, Clock, Left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        _soon = false;
        if (!_life.IsCancellationRequested)
        {
            await LoadAsync();
        }
    }

    private async Task RenderFirstAsync()
    {
        var load = LoadAsync();
        await Task.WhenAny(load, Task.Delay(Patience, Clock, Left));
        if (load.IsCompleted)
        {
            await load;
        }

        if (Content is not null)
        {
            Ticket = Handoff.Keep(Content);
        }
    }

    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
        GC.SuppressFinalize(this);
    }
}

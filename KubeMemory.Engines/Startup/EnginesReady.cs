namespace KubeMemory.Engines.Startup;

/// <summary>
/// Until every engine that the process cannot do without has answered once, its workers wait here. What happens to an engine after that is
/// met where it is used. Thread-safe.
/// </summary>
public sealed class EnginesReady
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _waitingFor;

    /// <summary>One sentence while something is waited for; null before the first look and when all is there.</summary>
    public string? WaitingFor => IsReady ? null : Volatile.Read(ref _waitingFor);

    public bool IsReady => _ready.Task.IsCompleted;

    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>For whoever has opened its engines before.</summary>
    public static EnginesReady Completed()
    {
        var ready = new EnginesReady();
        ready.Set();
        return ready;
    }

    internal void Waiting(string sentence) => Volatile.Write(ref _waitingFor, sentence);

    internal void Set() => _ready.TrySetResult();
}

using System.Collections.Concurrent;

namespace KubeMemory.Api.Analysis;

/// <summary>What this process is at, so that it can be stopped at once and its draft be read. Thread-safe.</summary>
internal sealed class RunningAnalyses
{
    private readonly ConcurrentDictionary<long, Run> _runs = new();

    /// <summary>Ends when it is disposed of. An incident is analysed once at a time: its claim sees to that.</summary>
    public Run Begin(long incidentId, CancellationToken stopping)
    {
        var run = new Run(this, incidentId, CancellationTokenSource.CreateLinkedTokenSource(stopping));
        _runs[incidentId] = run;
        return run;
    }

    /// <summary>Nothing where it does not run here.</summary>
    public Task CancelAsync(long incidentId) => _runs.TryGetValue(incidentId, out var run) ? run.CancelAsync() : Task.CompletedTask;

    /// <summary>Null where it does not run here, or has said nothing yet.</summary>
    public string? DraftOf(long incidentId) => _runs.TryGetValue(incidentId, out var run) ? run.Draft : null;

    internal sealed class Run(RunningAnalyses all, long incidentId, CancellationTokenSource source) : IDisposable
    {
        private volatile string? _draft;

        public CancellationToken Token { get; } = source.Token;

        public string? Draft
        {
            get => _draft;
            set => _draft = value;
        }

        public async Task CancelAsync()
        {
            try
            {
                await source.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It has just come to its end by itself.
            }
        }

        public void Dispose()
        {
            all._runs.TryRemove(KeyValuePair.Create(incidentId, this));
            source.Dispose();
        }
    }
}

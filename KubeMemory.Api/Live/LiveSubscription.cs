using System.Runtime.CompilerServices;
using System.Threading.Channels;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;

namespace KubeMemory.Api.Live;

/// <summary>
/// One reader's place in the live feed: a pump, and a bounded buffer between it and the reader. A long backlog flows at the reader's
/// pace; a reader that leaves its buffer full for too long is cut off and resumes by id.
/// </summary>
internal sealed class LiveSubscription : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly LiveOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<LiveEntry> _buffer;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _fellBehind = new();
    private readonly Task _pump;
    private string _after;

    private LiveSubscription(ILiveFeed feed, string startId, string? afterId, LiveOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        (_options, _time, StartId) = (options, time, startId);
        _buffer = Channel.CreateBounded<LiveEntry>(new BoundedChannelOptions(options.Buffer) { SingleReader = true, SingleWriter = true });
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _after = afterId ?? startId;
        _pump = PumpAsync(feed);
    }

    /// <summary>Where the feed ended when this was opened.</summary>
    public string StartId { get; }

    /// <summary>Cancelled when the reader has fallen behind, also while it is stuck in a write.</summary>
    public CancellationToken FellBehind => _fellBehind.Token;

    /// <summary>What is published from the return of this on arrives, whatever the feed takes to get going.</summary>
    public static async Task<LiveSubscription> OpenAsync(ILiveFeed feed, string? afterId, LiveOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        new(feed, await feed.GetEndAsync(cancellationToken), afterId, options, time, cancellationToken);

    public async Task<bool> WaitAsync(CancellationToken cancellationToken) => await _buffer.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead(out LiveEntry entry) => _buffer.Reader.TryRead(out entry!);

    public async IAsyncEnumerable<LiveEntry> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitAsync(cancellationToken))
        {
            while (TryRead(out var entry))
            {
                yield return entry;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _fellBehind.Dispose();
    }

    /// <summary>
    /// False where the feed's engine does not answer: the reader stays, with its heartbeats, and goes on from its last id when it does. Were
    /// it sent away it would come back to a 503, after which a browser does not try again.
    /// </summary>
    private async Task<bool> CopyAsync(ILiveFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in feed.ReadAsync(_after, cancellationToken))
            {
                if (!_buffer.Writer.TryWrite(entry))
                {
                    await _buffer.Writer.WriteAsync(entry, cancellationToken).AsTask().WaitAsync(_options.Patience, _time, cancellationToken);
                }

                _after = entry.Id;
            }

            return true;
        }
        catch (EngineUnavailableException)
        {
            // Said by the engine's own connection, once for all readers.
            return false;
        }
    }

    private async Task PumpAsync(ILiveFeed feed)
    {
        try
        {
            while (!await CopyAsync(feed, _stop.Token))
            {
                await Task.Delay(Again, _time, _stop.Token);
            }

            _buffer.Writer.TryComplete();
        }
        catch (TimeoutException)
        {
            await _fellBehind.CancelAsync();
            _buffer.Writer.TryComplete();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _buffer.Writer.TryComplete();
        }
        catch (Exception e)
        {
            // Surfaces at the reader, which logs it and ends the connection.
            _buffer.Writer.TryComplete(e);
        }
    }
}

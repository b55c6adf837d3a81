using System.Runtime.CompilerServices;
using System.Threading.Channels;
using KubeMemory.Core.Live;

namespace KubeMemory.Api.Live;

/// <summary>
/// One reader's place in the live feed: a pump that never waits for the reader, and a bounded buffer between the two. A reader that
/// falls behind by more than the buffer is cut off and resumes by id.
/// </summary>
internal sealed class LiveSubscription : IAsyncDisposable
{
    private readonly Channel<LiveEntry> _buffer;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _fellBehind = new();
    private readonly Task _pump;

    /// <summary>Registered with the feed when this returns: what is published from now on arrives.</summary>
    public LiveSubscription(ILiveFeed feed, string? afterId, int buffer, CancellationToken cancellationToken)
    {
        _buffer = Channel.CreateBounded<LiveEntry>(new BoundedChannelOptions(buffer) { SingleReader = true, SingleWriter = true });
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _pump = PumpAsync(feed, afterId);
    }

    /// <summary>Cancelled when the reader has fallen behind, also while it is stuck in a write.</summary>
    public CancellationToken FellBehind => _fellBehind.Token;

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

    private async Task PumpAsync(ILiveFeed feed, string? afterId)
    {
        try
        {
            await foreach (var entry in feed.ReadAsync(afterId, _stop.Token))
            {
                if (!_buffer.Writer.TryWrite(entry))
                {
                    await _fellBehind.CancelAsync();
                    break;
                }
            }

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

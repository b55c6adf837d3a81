using System.IO.Pipelines;
using System.Threading.Channels;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Faults;

namespace KubeMemory.Simulator.Server;

/// <summary>The body of one watch: its lines, as objects or as tables, up to the fault that may strike it.</summary>
internal sealed class WatchStream(HttpContext http, TableView? view, TimeProvider time, Fault? fault, CancellationToken ending)
{
    // A long queue goes out in parts, so that it is not held in memory twice.
    private const int FlushAt = 64 * 1024;

    private int _lines;
    private int _unflushed;

    public PipeWriter Body => http.Response.BodyWriter;

    /// <summary>Whether nothing more may be written.</summary>
    public bool Ended { get; private set; }

    /// <summary>Sends the headers at once, as a client waits for them before the first change.</summary>
    public async Task BeginAsync()
    {
        HttpJson.Begin(http);
        await http.Response.StartAsync(ending).ConfigureAwait(false);
        await Body.FlushAsync(ending).ConfigureAwait(false);
        await StrikeBetweenLinesAsync().ConfigureAwait(false);
    }

    /// <summary>Writes what is in the queue now.</summary>
    public async Task WriteAsync(ChannelReader<WatchLine> lines)
    {
        while (!Ended && lines.TryRead(out var line))
        {
            var bytes = view is null || line.Change is null ? line.Utf8 : view.WriteLine(line, time.GetUtcNow());
            if (fault is { Kind: FaultKind.CutLine } && _lines == fault.AfterLines)
            {
                Append(bytes.Span[..(bytes.Length / 2)]);
                Ended = true;
                break;
            }

            Append(bytes.Span);
            _lines++;
            if (_unflushed >= FlushAt)
            {
                await FlushAsync().ConfigureAwait(false);
            }

            await StrikeBetweenLinesAsync().ConfigureAwait(false);
        }

        await FlushAsync().ConfigureAwait(false);
    }

    // After a timeout the other token is spent, and the last lines must still go out.
    private async Task FlushAsync()
    {
        _unflushed = 0;
        await Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    private async Task StrikeBetweenLinesAsync()
    {
        if (fault is null or { Kind: FaultKind.CutLine } || _lines != fault.AfterLines)
        {
            return;
        }

        Ended = true;
        await Body.FlushAsync(ending).ConfigureAwait(false);
        switch (fault.Kind)
        {
            case FaultKind.GoneInStream:
                Append(WatchEndpoint.ErrorLine(KubernetesStatus.Expired("The resourceVersion for the provided watch is too old.")));
                break;
            case FaultKind.Reset:
                http.Abort();
                break;
            default:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, http.RequestAborted).ConfigureAwait(false);
                break;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Body.GetSpan(bytes.Length));
        Body.Advance(bytes.Length);
        _unflushed += bytes.Length;
    }
}

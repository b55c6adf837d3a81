using System.Text;
using System.Threading.Channels;

namespace KubeMemory.Simulator.Cluster;

/// <summary>One watcher of one resource. Its queue is bounded; a watcher that falls behind is closed, and its client lists again.</summary>
internal sealed class ClusterWatch : IDisposable
{
    private readonly Channel<WatchLine> _lines;
    private readonly Action<ClusterWatch> _forget;
    private readonly long _after;

    public ClusterWatch(KubernetesResource resource, Selection selection, long after, int backlog, Action<ClusterWatch> forget)
    {
        Resource = resource;
        Selection = selection;
        _after = after;
        _forget = forget;
        _lines = Channel.CreateBounded<WatchLine>(new BoundedChannelOptions(backlog) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public KubernetesResource Resource { get; }

    public Selection Selection { get; }

    /// <summary>Ends when the watcher fell behind or the server restarted.</summary>
    public ChannelReader<WatchLine> Lines => _lines.Reader;

    /// <summary>Called under the cluster's lock.</summary>
    public void Publish(Change change)
    {
        // A watch from a version in the future stays silent until that version is reached.
        if (change.Version > _after && change.SeenThrough(Selection) is { } seen)
        {
            Write(new WatchLine(change, seen, default));
        }
    }

    /// <summary>Called under the cluster's lock, so that no older change can follow the bookmark.</summary>
    public void PublishBookmark(long version)
    {
        if (version >= _after)
        {
            // {"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"1234","creationTimestamp":null}}}
            var obj = $"{{\"kind\":\"{Resource.Kind}\",\"apiVersion\":\"{Resource.ApiVersion}\",\"metadata\":{{\"resourceVersion\":\"{version}\",\"creationTimestamp\":null}}}}";
            Write(new WatchLine(null, default, WatchLine.Write("BOOKMARK"u8, Encoding.UTF8.GetBytes(obj))));
        }
    }

    public void Close() => _lines.Writer.TryComplete();

    public void Dispose()
    {
        Close();
        _forget(this);
    }

    private void Write(WatchLine line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Close();
        }
    }
}

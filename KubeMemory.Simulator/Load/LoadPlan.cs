using System.IO.Pipelines;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;

namespace KubeMemory.Simulator.Load;

/// <summary>
/// Warning watch lines made beforehand, about pods that are in the cluster. The list of events stays empty; a watch from its version gets
/// all lines as fast as the socket takes them, and then stays open.
/// </summary>
public sealed class LoadPlan
{
    // Large writes keep system calls out of the measurement.
    private const int BlockSize = 256 * 1024;

    private readonly long _firstVersion;
    private readonly IReadOnlyList<Block> _blocks;

    private LoadPlan(long firstVersion, IReadOnlyList<Block> blocks, LoadExpected expected) =>
        (_firstVersion, _blocks, Expected) = (firstVersion, blocks, expected);

    /// <summary>What the reader must have counted at the end.</summary>
    public LoadExpected Expected { get; }

    /// <summary>Bytes of all lines.</summary>
    public long Bytes => _blocks.Sum(b => (long)b.Length);

    /// <summary>Puts the pods and their owners into the cluster and makes the lines.</summary>
    public static LoadPlan Create(ClusterState state, LoadOptions options, TimeProvider time)
    {
        options.Validate();
        var pods = LoadCluster.Apply(state, options);
        var firstVersion = state.ResourceVersion;
        var random = new Random(options.Seed);
        var start = time.GetUtcNow();
        var series = new List<LoadSeries>();
        var blocks = new List<Block>();
        for (var i = 0; i < options.Lines; i++)
        {
            // The lines tell of the ten minutes before now, in order.
            var now = Timestamps.Seconds(start - TimeSpan.FromMinutes(10) * (1 - ((double)i / options.Lines)));
            var added = series.Count == 0 || random.Next(100) >= options.ModifiedPercent;
            if (added)
            {
                series.Add(NextSeries(series.Count, pods, now));
            }

            var next = added ? series[^1] : series[random.Next(series.Count)];
            // Now and then the count jumps, as where emitters are throttled: occurrences are not lines.
            next.Count += added ? 0 : random.Next(10) == 0 ? random.Next(2, 6) : 1;
            var version = firstVersion + i + 1;
            Append(blocks, LoadLine.Write(next, added, version, now), version);
        }

        return new LoadPlan(firstVersion, blocks, new LoadExpected(options.Lines, series.Count, series.Sum(s => (long)s.Count)));
    }

    internal static bool Serves(ApiRequest request) => request.Resource?.Plural == "events" && request.Namespace is null or LoadCluster.Namespace;

    /// <summary>Writes every line after a version; null means the version of the list.</summary>
    internal async Task StreamAsync(PipeWriter body, long? after, CancellationToken ct)
    {
        var from = after ?? _firstVersion;
        foreach (var block in _blocks)
        {
            var rest = block.After(from);
            if (rest.Length > 0)
            {
                await body.WriteAsync(rest, ct).ConfigureAwait(false);
            }
        }
    }

    // The reasons rotate per pod, so that every pod meets every reason in the end.
    private static LoadSeries NextSeries(int number, IReadOnlyList<LoadPod> pods, string now)
    {
        var pod = pods[number % pods.Count];
        return new LoadSeries(pod, number, LoadReason.All[(number + (number / pods.Count)) % LoadReason.All.Length], now);
    }

    private static void Append(List<Block> blocks, byte[] line, long version)
    {
        if (blocks.Count == 0 || !blocks[^1].TryAppend(line))
        {
            var block = new Block(version, Math.Max(BlockSize, line.Length));
            block.TryAppend(line);
            blocks.Add(block);
        }
    }

    private sealed class Block(long firstVersion, int size)
    {
        private readonly byte[] _bytes = new byte[size];
        private readonly List<int> _starts = [];

        public int Length { get; private set; }

        public bool TryAppend(byte[] line)
        {
            if (Length + line.Length > _bytes.Length)
            {
                return false;
            }

            _starts.Add(Length);
            line.CopyTo(_bytes, Length);
            Length += line.Length;
            return true;
        }

        public ReadOnlyMemory<byte> After(long version)
        {
            var skipped = Math.Clamp(version - firstVersion + 1, 0, _starts.Count);
            return skipped == _starts.Count ? default : _bytes.AsMemory(_starts[(int)skipped]..Length);
        }
    }
}

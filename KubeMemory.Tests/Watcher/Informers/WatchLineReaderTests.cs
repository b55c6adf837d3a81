using System.Text;
using System.Text.Json;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Informers;

namespace KubeMemory.Tests.Watcher.Informers;

public sealed class WatchLineReaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_SeveralLinesArriveTogether_AreHandedOverTogether()
    {
        var all = await ReadAllAsync([Line("ADDED", "a") + Line("MODIFIED", "b") + "\r\n" + Line("BOOKMARK", "c") + Line("DELETED", "d")]);

        var batch = Assert.Single(all);
        Assert.Equal(
            [(WatchChangeKind.Added, "a"), (WatchChangeKind.Modified, "b"), (WatchChangeKind.Bookmark, "c"), (WatchChangeKind.Deleted, "d")],
            batch.Select(c => (c.Kind, c.Item!.Metadata.Name)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task Read_LinesArriveInPieces_AreWhole(int piece)
    {
        var text = string.Concat(Enumerable.Range(0, 20).Select(i => Line("ADDED", $"é-{i}")));
        var all = await ReadAllAsync(new ChunkedStream(Encoding.UTF8.GetBytes(text), piece));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"é-{i}"), all.SelectMany(b => b).Select(c => c.Item!.Metadata.Name));
    }

    [Fact]
    public async Task Read_ObjectComesBeforeType_IsUnderstood()
    {
        var all = await ReadAllAsync(["""{"object":{"metadata":{"name":"a"},"count":3},"type":"MODIFIED"}""" + "\n"]);

        var change = Assert.Single(Assert.Single(all));
        Assert.Equal((WatchChangeKind.Modified, "a", 3), (change.Kind, change.Item!.Metadata.Name, change.Item.Count));
    }

    [Fact]
    public async Task Read_ErrorLine_CarriesTheStatus()
    {
        var all = await ReadAllAsync(["""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}""" + "\n"]);

        Assert.Equal(410, Assert.Single(Assert.Single(all)).Status!.Code);
    }

    [Fact]
    public async Task Read_StrangeObject_IsPassedOver()
    {
        var all = await ReadAllAsync(["""{"type":"ADDED","object":{"metadata":{"name":"a"},"count":{"no":"number"}}}""" + "\n" + Line("ADDED", "b")]);

        Assert.Equal([WatchChangeKind.Unreadable, WatchChangeKind.Added], Assert.Single(all).Select(c => c.Kind));
    }

    [Fact]
    public async Task Read_StreamEndsWithinALine_Fails()
    {
        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync([Line("ADDED", "a") + """{"type":"ADD"""]));
    }

    [Fact]
    public async Task Read_LineIsNoJson_Fails()
    {
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAllAsync(["<html>Bad gateway</html>\n"]));
    }

    [Fact]
    public async Task Read_LineBeyondTheBound_Fails()
    {
        var endless = new ChunkedStream(Encoding.UTF8.GetBytes(new string('x', WatchLineReader<KubeEvent>.MaxLineBytes + (1 << 20))), 1 << 16);

        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(endless));
    }

    private static string Line(string type, string name) =>
        "{\"type\":\"" + type + "\",\"object\":{\"kind\":\"Event\",\"metadata\":{\"name\":\"" + name + "\",\"managedFields\":[{\"a\":[1,{\"b\":2}]}]},\"message\":\"m\"}}\n";

    private static Task<List<IReadOnlyList<WatchChange<KubeEvent>>>> ReadAllAsync(string[] text) =>
        ReadAllAsync(new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(text))));

    private static async Task<List<IReadOnlyList<WatchChange<KubeEvent>>>> ReadAllAsync(Stream stream)
    {
        await using var reader = new WatchLineReader<KubeEvent>(stream, KubeJsonContext.Default.KubeEvent);
        var all = new List<IReadOnlyList<WatchChange<KubeEvent>>>();
        while (await reader.ReadAsync(Ct) is { } batch)
        {
            all.Add(batch);
        }

        return all;
    }

    private sealed class ChunkedStream(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}

namespace KubeMemory.Simulator.Captures;

/// <summary>Reads an unpacked archive and stops at the limits, before a bomb has filled memory or time.</summary>
internal sealed class BoundedStream(Stream unpacked, string source, long packedBytes, CaptureLimits limits) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = unpacked.Read(buffer);
        _read += count;
        if (_read > limits.MaxTotalBytes)
        {
            throw new CaptureException($"{source} unpacks to more than {limits.MaxTotalBytes >> 20} MiB; unpack it yourself and name only the folder or the files you need.");
        }

        if (_read > limits.ExpansionFloorBytes && _read / Math.Max(1, packedBytes) > limits.MaxExpansion)
        {
            throw new CaptureException($"{source} unpacks to more than {limits.MaxExpansion} times its size, which no capture does; it was not read.");
        }

        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
        }

        base.Dispose(disposing);
    }
}

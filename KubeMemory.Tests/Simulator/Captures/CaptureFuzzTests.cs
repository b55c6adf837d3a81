using System.Formats.Tar;
using System.IO.Compression;
using KubeMemory.Simulator.Captures;
using KubeMemory.Simulator.Cluster;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Simulator.Captures;

/// <summary>Whatever is in the file: a capture, or one sentence. Never another exception.</summary>
public sealed class CaptureFuzzTests : IDisposable
{
    private const int Rounds = 200;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("kubectl-get/events-and-pods.json")]
    [InlineData("kubectl-get/events-and-pods.yaml")]
    [InlineData("cluster-info-dump-old/maps/pods.json")]
    public void Load_FlippedBytes_EndsInACaptureOrASentence(string name)
    {
        var original = File.ReadAllBytes(CapturePaths.Own(name));
        Mutate(original, Path.GetFileName(name), seed: 1);
    }

    [Fact]
    public void Load_FlippedBytesOfAnArchive_EndsInACaptureOrASentence()
    {
        var folder = CapturePaths.Own("cluster-info-dump");
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, leaveOpen: true))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                using var data = File.OpenRead(file);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, Path.GetRelativePath(folder, file))
                {
                    DataStream = data,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                });
            }
        }

        Mutate(plain.ToArray(), "dump.tar", seed: 2);

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain.ToArray());
        }

        Mutate(packed.ToArray(), "dump.tar.gz", seed: 3);
    }

    private void Mutate(byte[] original, string name, int seed)
    {
        var random = new Random(seed);
        var path = _folder.PathOf(name);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = original.ToArray();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, round % 10 == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes);
            try
            {
                using var cluster = new ClusterState(new FakeTimeProvider());
                CaptureReplay.ApplyTo(CaptureLoader.Load([path]), cluster);
            }
            catch (CaptureException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }
}

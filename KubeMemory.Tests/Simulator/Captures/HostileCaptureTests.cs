using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using KubeMemory.Simulator.Captures;
using Xunit;

namespace KubeMemory.Tests.Simulator.Captures;

public sealed class HostileCaptureTests : IDisposable
{
    private const string Pod = """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop"}}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../outside/pods.json")]
    [InlineData("a/../../pods.json")]
    [InlineData("/etc/pods.json")]
    [InlineData("..\\pods.json")]
    [InlineData("C:\\pods.json")]
    public void Load_EntryThatLeavesTheArchive_IsSkippedAndMentioned(string name)
    {
        var archive = Archive(tar =>
        {
            Add(tar, "pods.json", Pod);
            Add(tar, name, Pod.Replace("web", "intruder", StringComparison.Ordinal));
        });

        var capture = CaptureLoader.Load([archive]);

        Assert.Equal("web", (string?)Assert.Single(capture.Objects["pods"])["metadata"]!["name"]);
        Assert.Contains(capture.Warnings, w => w.Contains("whose path leads out of the archive", StringComparison.Ordinal) && w.Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Load_LinkInAnArchive_IsSkippedAndMentioned(TarEntryType type)
    {
        var secret = _folder.Write("secret.json", Pod.Replace("web", "intruder", StringComparison.Ordinal));
        var archive = Archive(tar =>
        {
            Add(tar, "pods.json", Pod);
            tar.WriteEntry(new PaxTarEntry(type, "linked.json") { LinkName = secret });
        });

        var capture = CaptureLoader.Load([archive]);

        Assert.Single(capture.Objects["pods"]);
        Assert.Equal([$"{archive}: skipped 1 link, such as \"linked.json\"; links are not followed."], capture.Warnings);
    }

    [Fact]
    public void Load_LinksInAFolder_AreNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege on Windows.");
        var outside = _folder.Write("outside/pods.json", Pod.Replace("web", "intruder", StringComparison.Ordinal));
        _folder.Write("capture/pods.json", Pod);
        File.CreateSymbolicLink(_folder.PathOf("capture/linked.json"), outside);
        Directory.CreateSymbolicLink(_folder.PathOf("capture/loop"), _folder.PathOf("capture"));

        var capture = CaptureLoader.Load([_folder.PathOf("capture")]);

        Assert.Single(capture.Objects["pods"]);
        Assert.Equal([$"{_folder.PathOf("capture")}: skipped 2 links, such as \"linked.json\"; links are not followed."], capture.Warnings);
    }

    [Fact]
    public void Load_FolderNamedByALink_IsRead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege on Windows.");
        _folder.Write("capture/pods.json", Pod);
        Directory.CreateSymbolicLink(_folder.PathOf("latest"), _folder.PathOf("capture"));

        Assert.Single(CaptureLoader.Load([_folder.PathOf("latest")]).Objects["pods"]);
    }

    [Fact]
    public void Load_TooManyEntries_IsRefused()
    {
        var archive = Archive(tar =>
        {
            for (var i = 0; i < 12; i++)
            {
                Add(tar, $"pods-{i}.json", Pod);
            }
        });

        Assert.Equal($"{archive} holds more than 10 entries; it was not read.", Refused(archive, new CaptureLimits { MaxEntries = 10 }));
    }

    [Fact]
    public void Load_TooLargeAFile_IsRefused()
    {
        var archive = Archive(tar => Add(tar, "pods.json", Pod + new string(' ', 2 << 20)));

        Assert.Contains("is larger than 1 MiB", Refused(archive, new CaptureLimits { MaxFileBytes = 1 << 20 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TooMuchInAll_IsRefused()
    {
        var archive = Archive(tar => Add(tar, "photo.png", new string(' ', 3 << 20)));

        Assert.Contains("unpacks to more than 2 MiB", Refused(archive, new CaptureLimits { MaxTotalBytes = 2 << 20 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Bomb_IsRefusedByItsExpansion()
    {
        var archive = Archive(tar => Add(tar, "pods.json", new string(' ', 8 << 20)));

        Assert.Contains("unpacks to more than 100 times its size", Refused(archive, new CaptureLimits { MaxExpansion = 100, ExpansionFloorBytes = 1 << 20 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedArchives_SayThatTheyAre()
    {
        var whole = File.ReadAllBytes(Archive(tar => Add(tar, "pods.json", Pod + Convert.ToHexString(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 9999)))))));
        byte[][] damaged = [whole[..(whole.Length / 2)], [.. whole[..40], .. new byte[400], .. whole[440..]], Gzip("this is no archive, though it is gzipped, and longer than one line"u8.ToArray())];

        for (var i = 0; i < damaged.Length; i++)
        {
            var path = _folder.PathOf($"damaged-{i}.tar.gz");
            File.WriteAllBytes(path, damaged[i]);
            Assert.Equal($"{path} is a damaged archive, or not a tar archive at all.", Refused(path, CaptureLimits.Default));
        }
    }

    [Fact]
    public void Load_DeeplyNestedDocuments_AreRefused()
    {
        var json = _folder.Write("deep.json", new string('[', 5000) + new string(']', 5000));
        var yaml = _folder.Write("deep.yaml", "a: " + new string('[', 5000) + new string(']', 5000));

        Assert.Contains("is damaged", Refused(json, CaptureLimits.Default), StringComparison.Ordinal);
        Assert.Contains("nested deeper than 64 levels", Refused(yaml, CaptureLimits.Default), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BillionLaughs_IsRefused()
    {
        var text = new StringBuilder("a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        var path = _folder.Write("laughs.yaml", text.ToString());

        Assert.Contains("its aliases repeat more than any capture does", Refused(path, CaptureLimits.Default), StringComparison.Ordinal);
    }

    private static string Refused(string path, CaptureLimits limits) =>
        Assert.Throws<CaptureException>(() => CaptureLoader.Load([path], TimeProvider.System, limits)).Message;

    private string Archive(Action<TarWriter> fill)
    {
        var archive = _folder.PathOf("capture.tar.gz");
        using var file = File.Create(archive);
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        fill(tar);
        return archive;
    }

    private static void Add(TarWriter tar, string name, string content)
    {
        using var data = new MemoryStream(Encoding.UTF8.GetBytes(content));
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
    }

    private static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return buffer.ToArray();
    }
}

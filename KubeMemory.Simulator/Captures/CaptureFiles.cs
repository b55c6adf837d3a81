using System.Formats.Tar;
using System.IO.Compression;

namespace KubeMemory.Simulator.Captures;

/// <summary>What a file of a capture is read for.</summary>
internal enum FileUse
{
    /// <summary>Not read at all.</summary>
    None,

    /// <summary>Read to its end; too large a file is an error.</summary>
    Whole,

    /// <summary>Only the end is kept: the last words of a log matter, not how long it ran.</summary>
    Tail,
}

/// <summary>The files of one path that the user named: a folder, an archive or a single file. Nothing is ever written to disk.</summary>
internal abstract class CaptureFiles
{
    private const int TarMagicOffset = 257;

    /// <summary>What the user named.</summary>
    public required string Source { get; init; }

    public required CaptureLimits Limits { get; init; }

    /// <summary>Where what is skipped is noted, one sentence each.</summary>
    public required ICollection<string> Warnings { get; init; }

    public static CaptureFiles Open(string path, CaptureLimits limits, ICollection<string> warnings)
    {
        if (Directory.Exists(path))
        {
            return new CaptureFolder { Source = path, Limits = limits, Warnings = warnings };
        }

        if (!File.Exists(path))
        {
            throw new CaptureException($"{path} does not exist.");
        }

        var head = ReadHead(path);
        if (head.Length == 0)
        {
            throw new CaptureException($"{path} is empty.");
        }

        var isGzip = head is [0x1f, 0x8b, ..];
        if (isGzip || IsTar(head))
        {
            return new CaptureArchive { Source = path, Limits = limits, Warnings = warnings, IsGzip = isGzip };
        }

        if (head is [(byte)'P', (byte)'K', 3, 4, ..])
        {
            throw new CaptureException($"{path} is a zip archive, which is not a shape of capture that is known; unpack it and name the folder.");
        }

        return new SingleFile { Source = path, Limits = limits, Warnings = warnings };
    }

    /// <summary>Names of all files, with forward slashes, relative to the source. Judges the bounds before anything is parsed.</summary>
    public abstract IReadOnlyList<string> Names();

    /// <summary>Reads the files that are wanted. Faults of the callback are not taken for faults of the source.</summary>
    public abstract void Read(Func<string, FileUse> use, Action<string, FileUse, byte[]> file);

    /// <summary>Faults of reading, in one sentence.</summary>
    public static CaptureException Unreadable(string source, Exception e) => e switch
    {
        UnauthorizedAccessException => new CaptureException($"{source} may not be read by this user.", e),
        _ => new CaptureException($"{source} cannot be read: {e.Message.TrimEnd('.')}.", e),
    };

    private static byte[] ReadHead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var head = new byte[TarMagicOffset + 5];
            var count = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return head[..count];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static bool IsTar(byte[] head) =>
        head.Length >= TarMagicOffset + 5 && head.AsSpan(TarMagicOffset, 5).SequenceEqual("ustar"u8);

    private byte[] Content(Stream content, string name, FileUse use)
    {
        var rest = use == FileUse.Tail ? Limits.KeptLogBytes : Limits.MaxFileBytes;
        using var kept = new MemoryStream();
        var buffer = new byte[81920];
        int count;
        while ((count = content.Read(buffer)) > 0)
        {
            kept.Write(buffer, 0, count);
            if (use == FileUse.Whole && kept.Length > rest)
            {
                throw new CaptureException($"{name} is larger than {Limits.MaxFileBytes >> 20} MiB; split it by namespace.");
            }

            if (use == FileUse.Tail && kept.Length > 2 * rest)
            {
                DropHead(kept, (int)rest);
            }
        }

        if (use == FileUse.Tail && kept.Length > rest)
        {
            DropHead(kept, (int)rest);
        }

        return kept.ToArray();
    }

    private static void DropHead(MemoryStream kept, int rest)
    {
        var bytes = kept.GetBuffer();
        bytes.AsSpan((int)kept.Length - rest, rest).CopyTo(bytes);
        kept.SetLength(rest);
    }

    private byte[] ContentOfFile(string path, string name, FileUse use)
    {
        try
        {
            using var content = File.OpenRead(path);
            return Content(content, name, use);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private sealed class SingleFile : CaptureFiles
    {
        public override IReadOnlyList<string> Names() => [Path.GetFileName(Source)];

        public override void Read(Func<string, FileUse> use, Action<string, FileUse, byte[]> file) =>
            file(Path.GetFileName(Source), FileUse.Whole, ContentOfFile(Source, Source, FileUse.Whole));
    }

    private sealed class CaptureFolder : CaptureFiles
    {
        private List<string>? _names;

        public override IReadOnlyList<string> Names()
        {
            if (_names is not null)
            {
                return _names;
            }

            var names = new List<string>();
            var links = new List<string>();
            long total = 0;
            // A link that the user named himself is followed; one that lies in the folder is not: it may lead anywhere.
            var root = new DirectoryInfo(Source);
            root = root.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? root;
            try
            {
                Walk(root, "", names, links, ref total);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unreadable(Source, e);
            }

            if (names.Count == 0 && links.Count == 0)
            {
                throw new CaptureException($"{Source} is empty.");
            }

            NoteLinks(links);
            names.Sort(StringComparer.Ordinal);
            return _names = names;
        }

        public override void Read(Func<string, FileUse> use, Action<string, FileUse, byte[]> file)
        {
            foreach (var name in Names())
            {
                if (use(name) is var wanted and not FileUse.None)
                {
                    var path = Path.Combine(Source, name.Replace('/', Path.DirectorySeparatorChar));
                    // A pipe or a device also says that it has no length, and opening it would wait for ever.
                    var content = new FileInfo(path).Length == 0 ? [] : ContentOfFile(path, path, wanted);
                    file(name, wanted, content);
                }
            }
        }

        private void Walk(DirectoryInfo folder, string prefix, List<string> names, List<string> links, ref long total)
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                if (entry.LinkTarget is not null)
                {
                    links.Add(prefix + entry.Name);
                }
                else if (entry is DirectoryInfo inner)
                {
                    Walk(inner, $"{prefix}{entry.Name}/", names, links, ref total);
                }
                else if (entry is FileInfo file)
                {
                    names.Add(prefix + entry.Name);
                    total += file.Length;
                }

                if (names.Count + links.Count > Limits.MaxEntries)
                {
                    throw new CaptureException($"{Source} holds more than {Limits.MaxEntries} files; name only the folder of the capture.");
                }

                if (total > Limits.MaxTotalBytes)
                {
                    throw new CaptureException($"{Source} holds more than {Limits.MaxTotalBytes >> 20} MiB; name only the folder or the files you need.");
                }
            }
        }
    }

    private sealed class CaptureArchive : CaptureFiles
    {
        private List<string>? _names;

        public required bool IsGzip { get; init; }

        public override IReadOnlyList<string> Names()
        {
            if (_names is not null)
            {
                return _names;
            }

            var names = new List<string>();
            var links = new List<string>();
            var outside = new List<string>();
            var entries = 0;
            ForEachEntry(entry =>
            {
                if (++entries > Limits.MaxEntries)
                {
                    throw new CaptureException($"{Source} holds more than {Limits.MaxEntries} entries; it was not read.");
                }

                if (IsLink(entry))
                {
                    links.Add(entry.Name);
                }
                else if (!StaysInside(entry.Name))
                {
                    outside.Add(entry.Name);
                }
                else if (IsFile(entry))
                {
                    names.Add(CleanName(entry.Name));
                }
            });

            if (entries == 0)
            {
                throw new CaptureException($"{Source} is an empty archive.");
            }

            NoteLinks(links);
            if (outside.Count > 0)
            {
                Warnings.Add($"{Source}: skipped {Count(outside.Count, "entry", "entries")} whose path leads out of the archive, such as {Shown(outside[0])}.");
            }

            return _names = names;
        }

        public override void Read(Func<string, FileUse> use, Action<string, FileUse, byte[]> file) => ForEachEntry(entry =>
        {
            if (IsFile(entry) && StaysInside(entry.Name) && CleanName(entry.Name) is var name
                && use(name) is var wanted and not FileUse.None)
            {
                var content = entry.DataStream is { } data ? Guarded(() => Content(data, name, wanted)) : [];
                file(name, wanted, content);
            }
        });

        private void ForEachEntry(Action<TarEntry> entry)
        {
            using var packed = Guarded(() => File.OpenRead(Source));
            using var unpacked = new BoundedStream(
                IsGzip ? new GZipStream(packed, CompressionMode.Decompress) : packed, Source, packed.Length, Limits);
            using var tar = new TarReader(unpacked);
            while (Guarded(() => tar.GetNextEntry()) is { } next)
            {
                entry(next);
            }
        }

        private T Guarded<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException and not EndOfStreamException)
            {
                throw Unreadable(Source, e);
            }
            catch (Exception e) when (e is not CaptureException)
            {
                // The readers of tar and gzip say "damaged" with half a dozen kinds of exception.
                throw new CaptureException($"{Source} is a damaged archive, or not a tar archive at all.", e);
            }
        }

        private static bool IsFile(TarEntry entry) =>
            entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;

        private static bool IsLink(TarEntry entry) => entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink;

        private static bool StaysInside(string name)
        {
            var path = name.Replace('\\', '/');
            return !path.StartsWith('/') && !(path.Length > 1 && path[1] == ':') && !path.Split('/').Contains("..");
        }

        private static string CleanName(string name)
        {
            var path = name.Replace('\\', '/');
            return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        }
    }

    /// <summary>A name from an archive as it may be shown on a terminal.</summary>
    internal static string Shown(string name)
    {
        var clean = new string([.. name.Take(120).Select(c => char.IsControl(c) ? '?' : c)]);
        return $"\"{clean}\"";
    }

    internal static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    private void NoteLinks(List<string> links)
    {
        if (links.Count > 0)
        {
            links.Sort(StringComparer.Ordinal);
            Warnings.Add($"{Source}: skipped {Count(links.Count, "link", "links")}, such as {Shown(links[0])}; links are not followed.");
        }
    }
}

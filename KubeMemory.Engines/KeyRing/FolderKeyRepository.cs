using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.KeyRing;

/// <summary>XML files of one folder, which their user alone may read: <c>00000001.xml</c>. Other names are read too.</summary>
internal sealed class FolderKeyRepository(string folder, KeyWrapping wrapping, TimeProvider time, ILogger<FolderKeyRepository> logger)
    : KeyRepository(wrapping, time, logger)
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, or closes it to others.</summary>
    /// <exception cref="InvalidOperationException">It cannot be had; one sentence.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // Below the user's profile, to which others have no access.
                Directory.CreateDirectory(folder);
                return;
            }

            Directory.CreateDirectory(folder, OwnFolder);
            if (File.GetUnixFileMode(folder) != OwnFolder)
            {
                File.SetUnixFileMode(folder, OwnFolder);
            }
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The key ring's folder {folder} cannot be made this user's own ({denied.Message.TrimEnd('.')}): let the user {Environment.UserName} own it, or set ConnectionStrings__postgres, which keeps the ring there.",
                denied);
        }
    }

    protected override (IReadOnlyCollection<XElement> Elements, long Last) Read()
    {
        var elements = new List<XElement>();
        long last = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal))
        {
            elements.Add(ReadFile(path));
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                last = Math.Max(last, number);
            }
        }

        return (elements, last);
    }

    protected override bool TryStore(long number, XElement element, string friendlyName)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D8}.xml"));
        // Complete, and on the disk, before it has its name: nobody reads half a key.
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnFile;
        }

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                element.Save(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            // Gone already where all went well.
            File.Delete(temporary);
        }
    }

    private static XElement ReadFile(string path)
    {
        try
        {
            return XElement.Load(path);
        }
        catch (XmlException broken)
        {
            throw new InvalidOperationException($"The key file {path} is damaged: restore it from a backup, or delete it, which ends the sign-ins of its time.", broken);
        }
    }
}

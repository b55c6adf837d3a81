using System.Buffers.Text;
using System.Security.Cryptography;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>
/// The key of mode Local: a file of this user's, which the services of one machine share without anybody having to say it.
/// Whoever can read it could change the memory's files just as well.
/// </summary>
public static class LocalKey
{
    private const int Bytes = 32;

    public static string DefaultPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "kubememory", "api-key");

    /// <summary>The key of the file, which is made where it is missing; of several who start together one makes it.</summary>
    /// <param name="path">Absolute.</param>
    /// <exception cref="IOException">It cannot be read or made, or holds no key.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not this user's.</exception>
    public static string ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        var key = File.ReadAllText(path).Trim();
        return key.Length >= AccessOptions.ShortestKey
            ? key
            : throw new IOException($"{path} holds no key of at least {AccessOptions.ShortestKey} characters; delete it, and a new one is made.");
    }

    private static void Create(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        // Complete before it has its name: nobody reads half a key, and whoever comes second takes the first one's.
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.WriteLine(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }
}

namespace KubeMemory.Engines.Embedded;

/// <summary>A data folder that belongs to this process: an open file that nobody else may open, which the system frees with the process.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, "kubememory.db");

    /// <exception cref="DataFolderException">Held by another process, or not to be written.</exception>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, denied);
        }

        try
        {
            // FileShare.None is an advisory lock on Unix and a sharing violation on Windows; both end with the process, however it ends.
            return new DataFolder(path, new FileStream(System.IO.Path.Combine(path, "kubememory.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw NotWritable(path, denied);
        }
        catch (IOException held)
        {
            throw new DataFolderException($"The data folder {path} is in use by another KubeMemory process: stop that one, or choose another folder with --data.", held) { IsHeld = true };
        }
    }

    public void Dispose() => _lock.Dispose();

    private static DataFolderException NotWritable(string path, Exception denied) =>
        new($"The data folder {path} cannot be written: grant this user access to it, or choose another folder with --data.", denied);
}

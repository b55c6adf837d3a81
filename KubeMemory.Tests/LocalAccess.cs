using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Tests;

/// <summary>A key file for the hosts of one test process, so that nobody's own is read or made.</summary>
internal static class LocalAccess
{
    private static readonly Lazy<(string Path, string Key)> File = new(() =>
    {
        var path = Path.Combine(Path.GetTempPath(), $"kubememory-test-key-{Environment.ProcessId}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.File.Delete(path);
        return (path, LocalKey.ReadOrCreate(path));
    });

    /// <summary>For the configuration of a host in mode Local.</summary>
    public static (string Key, string Value) KeyFile => ("KubeMemory:Access:KeyFile", File.Value.Path);

    public static string Key => File.Value.Key;
}

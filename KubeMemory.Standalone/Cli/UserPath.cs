namespace KubeMemory.Standalone.Cli;

/// <summary>A path as people write it. <c>~</c> reaches the program where no shell has seen it, as in <c>--data=~/memory</c>.</summary>
internal static class UserPath
{
    public static string Full(string path)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? home + path[1..] : path.Length == 0 ? "." : path);
    }
}

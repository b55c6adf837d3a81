namespace KubeMemory.Tests;

internal static class FileModes
{
    /// <summary>In octal, like <c>600</c>.</summary>
    public static string Of(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}

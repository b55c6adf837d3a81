using Xunit;

namespace KubeMemory.Tests.Simulator.Captures;

/// <summary>Where the captures lie: our own beside the tests, those of others beside the repository.</summary>
internal static class CapturePaths
{
    public static string Own(string name) => Path.Combine(AppContext.BaseDirectory, "Captures", name);

    /// <summary>A path under ../shared/data; the test is skipped where that folder is absent.</summary>
    public static string Shared(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
        {
            folder = folder.Parent;
        }

        var path = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "data", name) : null;
        Assert.SkipUnless(path is not null && (Directory.Exists(path) || File.Exists(path)), "../shared/data is absent: these are captures by others, which the repository does not hold.");
        return path!;
    }
}

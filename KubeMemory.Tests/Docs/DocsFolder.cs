namespace KubeMemory.Tests.Docs;

/// <summary>The repository that this build came from, and its pages.</summary>
internal static class DocsFolder
{
    public static string Root { get; } = FindRoot();

    /// <summary>The README, CONTRIBUTING and everything in docs/, relative to the root.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md",
        "CONTRIBUTING.md",
        .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal),
    ];

    public static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));

    /// <summary>The rows of all tables below a heading, up to the next of the same depth, cell by cell, without their heads.</summary>
    public static IReadOnlyList<string[]> Rows(string page, string heading)
    {
        var lines = Read(page).Split('\n').SkipWhile(line => line != heading).Skip(1);
        var depth = heading[..heading.IndexOf(' ', StringComparison.Ordinal)] + " ";
        return [.. RowsOf([.. lines.TakeWhile(line => !line.StartsWith(depth, StringComparison.Ordinal))])];
    }

    public static IEnumerable<string[]> RowsOf(IReadOnlyList<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var isHead = i + 1 < lines.Count && lines[i + 1].StartsWith("|---", StringComparison.Ordinal);
            if (lines[i].StartsWith('|') && !lines[i].StartsWith("|---", StringComparison.Ordinal) && !isHead)
            {
                yield return [.. lines[i].Trim().Trim('|').Replace("\\|", "\u0001", StringComparison.Ordinal).Split('|').Select(cell => cell.Trim().Replace('\u0001', '|'))];
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}

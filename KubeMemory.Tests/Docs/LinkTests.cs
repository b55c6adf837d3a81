using System.Text.RegularExpressions;
using Xunit;

namespace KubeMemory.Tests.Docs;

/// <summary>What the pages point to is there.</summary>
public sealed partial class LinkTests
{
    /// <summary>A code span that begins with one of these is a path of the repository.</summary>
    private static readonly string[] Roots = ["docs/", "deploy/", "eng/", ".ci/", "KubeMemory."];

    public static TheoryData<string> Pages => [.. DocsFolder.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_LeadToFilesAndHeadings(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(DocsFolder.Root, page))!;
        var broken = Link().Matches(WithoutCode(DocsFolder.Read(page))).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Leads(folder, page, target));

        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Paths_ThatAreNamed_Exist(string page)
    {
        var named = CodeSpan().Matches(DocsFolder.Read(page)).Select(match => match.Groups[1].Value)
            .Concat(CommandPath().Matches(DocsFolder.Read(page)).Select(match => match.Groups[1].Value))
            .Select(text => text.TrimEnd('/', '.', ',', ';'))
            .Where(text => Roots.Any(root => text.StartsWith(root, StringComparison.Ordinal)) && IsPath().IsMatch(text));

        // What git ignores by name is made where it is wanted.
        var made = File.ReadAllLines(Path.Combine(DocsFolder.Root, ".gitignore")).Select(line => line.TrimEnd('*', '/'));
        var wrong = named.Distinct().Except(made).Where(path => !Path.Exists(Path.Combine(DocsFolder.Root, path))).ToList();
        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Projects_OfCommands_Exist(string page)
    {
        var projects = Project().Matches(DocsFolder.Read(page)).Select(match => match.Groups[1].Value.TrimEnd('/', '`', '.'));

        var wrong = projects.Distinct().Where(project => !File.Exists(Path.Combine(DocsFolder.Root, project, Path.GetFileName(project) + ".csproj"))).ToList();
        Assert.Empty(wrong);
    }

    [Fact]
    public void Readme_BeginsWithTheTwoCommands()
    {
        var commands = CommandBlock().Matches(DocsFolder.Read("README.md")).Select(match => match.Groups[1].Value.Trim()).ToList();

        Assert.Equal(["dotnet run --project KubeMemory.Standalone -- --demo", "eng/test.sh"], commands.Take(2));
    }

    [Fact]
    public void Readme_LeadsToEveryPage()
    {
        var readme = DocsFolder.Read("README.md");

        var wrong = DocsFolder.Pages.Where(page => page is not "README.md" && !readme.Contains($"]({page}", StringComparison.Ordinal)).ToList();
        Assert.Empty(wrong);
    }

    private static bool Leads(string folder, string page, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? Path.Combine(DocsFolder.Root, page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
        return Path.Exists(file) && (parts.Length == 1 || HeadingsOf(file).Contains(parts[1]));
    }

    /// <summary>The anchors that GitHub makes of a page's headings.</summary>
    private static HashSet<string> HeadingsOf(string file) =>
        [.. File.ReadLines(file).Where(line => line.StartsWith('#')).Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    private static string WithoutCode(string text) => CodeSpan().Replace(Fence().Replace(text, ""), "");

    [GeneratedRegex("\\]\\(([^)\\s]+)\\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("^```console\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CommandBlock();

    /// <summary>In commands: <c>--config deploy/kind/cluster.yaml</c>.</summary>
    [GeneratedRegex("(?<=^|\\s)((?:docs|deploy|eng)/[\\w./-]+)", RegexOptions.Multiline)]
    private static partial Regex CommandPath();

    [GeneratedRegex("^[\\w./-]+$")]
    private static partial Regex IsPath();

    [GeneratedRegex("--project ([\\w./-]+)")]
    private static partial Regex Project();

    [GeneratedRegex("[^\\w\\- ]")]
    private static partial Regex NoAnchor();
}

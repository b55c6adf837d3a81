using System.Text.RegularExpressions;
using KubeMemory.Watcher.Permissions;
using Xunit;

namespace KubeMemory.Tests.Docs;

/// <summary>The troubleshooting table of docs/connect.md says what KubeMemory says: each situation is brought about, and its row compared.</summary>
public sealed partial class ConnectGuideTests
{
    private const string Page = "docs/connect.md";
    private const string Heading = "## When it does not work";

    public static TheoryData<string> Situations => [.. ConnectSituations.All.Keys];

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task Row_IsWhatIsPrintedInThatCase(string title)
    {
        var quoted = QuotesOf(DocsFolder.Rows(Page, Heading).Single(row => row[0] == title)[1]);

        await using var situation = new ConnectSituation();
        await ConnectSituations.All[title](situation);

        Assert.NotEmpty(quoted);
        Assert.All(quoted, quote => Assert.True(
            situation.Printed.Any(line => PatternOf(quote).IsMatch(line)),
            $"The page quotes\n  {quote}\nand KubeMemory says\n  {string.Join("\n  ", situation.Printed)}"));
    }

    [Fact]
    public void Table_HasARowForEverySituationAndNoOther() =>
        Assert.Equal(ConnectSituations.All.Keys.Order(StringComparer.Ordinal), DocsFolder.Rows(Page, Heading).Select(row => row[0]).Order(StringComparer.Ordinal));

    [Fact]
    public void Permissions_AreThoseThatTheWatcherAsksAbout()
    {
        var granted = DocsFolder.Rows(Page, "## What it must be allowed to read")
            .SelectMany(row => QuotesOf(row[0]).SelectMany(resource => row[1].Split(", ").Select(verb => $"{verb} {resource}")));
        var asked = PermissionCheck.RightsFor(["shop"]).Select(right => $"{right.Verb} {right.Resource}");

        Assert.Equal(asked.Order(StringComparer.Ordinal), granted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Role_GrantsThatAndNoMore()
    {
        var granted = Rule().Matches(DocsFolder.Read(Page)).SelectMany(rule =>
            rule.Groups[2].Value.Split(", ").SelectMany(resource => rule.Groups[3].Value.Split(", ").Select(verb => $"{verb} {rule.Groups[1].Value.Trim('"')}/{resource}")));
        var asked = PermissionCheck.RightsFor(["shop"]).Select(right => $"{right.Verb} {right.Group}/{right.Resource}");

        Assert.Equal(asked.Order(StringComparer.Ordinal), granted.Order(StringComparer.Ordinal));
    }

    private static List<string> QuotesOf(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    /// <summary>What stands in angle brackets differs from case to case.</summary>
    private static Regex PatternOf(string quote) =>
        new(string.Join(".+", Placeholder().Split(quote).Select(Regex.Escape)), RegexOptions.Singleline, TimeSpan.FromSeconds(5));

    // - apiGroups: [apps]
    //   resources: [replicasets, deployments]
    //   verbs: [list, watch]
    [GeneratedRegex(@"- apiGroups: \[(.*)\]\n\s+resources: \[(.*)\]\n\s+verbs: \[(.*)\]")]
    private static partial Regex Rule();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("<[a-z ]+>")]
    private static partial Regex Placeholder();
}

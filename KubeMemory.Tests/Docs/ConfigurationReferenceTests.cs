using System.Reflection;
using System.Text.RegularExpressions;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines;
using KubeMemory.Standalone.Cli;
using Xunit;

namespace KubeMemory.Tests.Docs;

/// <summary>
/// docs/configuration.md has a row for every connection string, setting and variable that the code reads, with its default, and none that it
/// does not read. A new setting fails here until it has its row.
/// </summary>
public sealed partial class ConfigurationReferenceTests
{
    private const string Page = "docs/configuration.md";

    /// <summary>Prefixes of environment variables; a literal of that shape in the code is one.</summary>
    private static readonly string[] VariablePrefixes = ["K8S_", "KUBECONFIG", "KUBEMEMORY_", "OTEL_", "DOTNET_", "ASPNETCORE_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "CHROMIUM_"];

    [Fact]
    public void ConnectionStrings_AreThoseOfTheRegistration()
    {
        var names = typeof(EnginesRegistration).GetFields(BindingFlags.NonPublic | BindingFlags.Static).Where(field => field.IsLiteral && field.Name.EndsWith("Name", StringComparison.Ordinal))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Concat([EnginePorts.Chat, EnginePorts.Embedding])
            .Concat(Sources().SelectMany(source => AskedConnectionString().Matches(source.Text)).Select(match => match.Groups[1].Value))
            .Distinct().Select(name => $"ConnectionStrings__{name}");

        Assert.Equal(names.Order(StringComparer.Ordinal), DocsFolder.Rows(Page, "## Connection strings").Select(NameOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_AreThoseOfTheOptions_WithTheirDefaults() => AssertSame(DocumentedSettings.All(), Documented("## Settings"));

    [Fact]
    public void WatchedCluster_VariablesAreThoseOfTheWatcher_WithTheirDefaults() =>
        AssertSame(DocumentedSettings.Watcher(), DocsFolder.Rows(Page, "## What is watched").ToDictionary(NameOf, row => row[1], StringComparer.Ordinal));

    [Theory]
    [InlineData("docs/connect.md", "## KubeMemory on the same machine", 0)]
    [InlineData("README.md", "## Watch your cluster", 1)]
    public void WatchedCluster_VariablesOfOtherPages_AreThoseOfTheWatcher(string page, string heading, int column)
    {
        var named = DocsFolder.Rows(page, heading).Select(row => NameOf(row[column..])).Where(name => name.StartsWith("K8S_", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(DocumentedSettings.Watcher().Keys));
    }

    [Fact]
    public void Literals_OfSettings_AreDocumented()
    {
        var known = Documented("## Settings").Keys.ToList();
        var unknown = Sources().SelectMany(source => SettingLiteral().Matches(source.Text).Select(match => (source.File, Name: match.Groups[1].Value)))
            .Where(found => !known.Any(name => name == found.Name || name.StartsWith(found.Name + ":", StringComparison.Ordinal)));

        Assert.Empty(unknown);
    }

    [Fact]
    public void EnvironmentVariables_OfTheCode_AreDocumented()
    {
        var page = DocsFolder.Read(Page);
        var read = Sources().SelectMany(source => VariableLiteral().Matches(source.Text).Select(match => match.Groups[1].Value)
                .Where(name => VariablePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                .Concat(AskedVariable().Matches(source.Text).Select(match => match.Groups[1].Value)))
            .Distinct();

        var wrong = read.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)).ToList();
        Assert.Empty(wrong);
    }

    [Fact]
    public void EnvironmentVariables_OfThePage_AreReadByTheCode()
    {
        var code = string.Join('\n', Sources(withTests: true).Select(source => source.Text));
        var rows = DocsFolder.Rows(Page, "## Where programs look besides").Concat(DocsFolder.Rows(Page, "## For tests")).Select(NameOf);

        var wrong = rows.Where(name => !code.Contains(name, StringComparison.Ordinal)).ToList();
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task CommandLine_IsThatOfTheReadme()
    {
        var options = await OptionsOfAsync();

        var documented = DocsFolder.Rows("README.md", "## Watch your cluster").Select(NameOf).Where(name => name.StartsWith("--", StringComparison.Ordinal));

        Assert.Equal(options.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("import")]
    [InlineData("reindex")]
    public async Task CommandLine_OfACommand_IsOnThePage(string command)
    {
        var options = await OptionsOfAsync(command);

        var documented = DocsFolder.Rows(Page, "## Commands of Standalone").Where(row => row[0] == $"`{command}`").Select(row => row[1].Trim('`')).Where(name => name.StartsWith("--", StringComparison.Ordinal));

        Assert.Equal(options.Where(option => !option.StartsWith("--data", StringComparison.Ordinal)).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static void AssertSame(SortedDictionary<string, string?> code, Dictionary<string, string> page)
    {
        Assert.True(code.Keys.All(page.ContainsKey), $"{Page} lacks: {string.Join(", ", code.Keys.Where(name => !page.ContainsKey(name)))}");
        Assert.True(page.Keys.All(code.ContainsKey), $"{Page} has what the code does not read: {string.Join(", ", page.Keys.Where(name => !code.ContainsKey(name)))}");
        Assert.All(code, setting => Assert.True(
            setting.Value is null ? page[setting.Key].StartsWith("none", StringComparison.Ordinal) || page[setting.Key].StartsWith("required", StringComparison.Ordinal)
                : page[setting.Key].Contains($"`{setting.Value}`", StringComparison.Ordinal),
            $"The default of {setting.Key} is {setting.Value ?? "none"}, and {Page} says: {page[setting.Key]}"));
    }

    /// <summary>Full names and the cell of their default: each table stands below a heading that is its section.</summary>
    private static Dictionary<string, string> Documented(string heading)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var parts = DocsFolder.Read(Page).Split('\n').SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            if (SectionHeading().Match(parts[i]) is { Success: true } section)
            {
                var table = parts.Skip(i + 1).TakeWhile(line => !line.StartsWith("### ", StringComparison.Ordinal)).ToList();
                foreach (var row in DocsFolder.RowsOf(table))
                {
                    settings.Add($"{section.Groups[1].Value}:{NameOf(row)}", row[1]);
                }
            }
        }

        return settings;
    }

    private static string NameOf(string[] row) => Code().Match(row[0]) is { Success: true } code ? code.Groups[1].Value : row[0];

    /// <summary>Like <c>--data DIR</c>, as the help lists them, without --help and --version.</summary>
    private static async Task<List<string>> OptionsOfAsync(params string[] command)
    {
        using var output = new StringWriter();
        await StandaloneCommand.InvokeAsync([.. command, "--help"], output, output);
        return [.. HelpOption().Matches(output.ToString()).Select(match => (match.Groups[1].Value + " " + match.Groups[2].Value).Trim()).Where(name => name is not ("--help" or "--version"))];
    }

    private static IEnumerable<(string File, string Text)> Sources(bool withTests = false) =>
        Directory.GetFiles(DocsFolder.Root, "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: Path.GetRelativePath(DocsFolder.Root, file), Path: file))
            .Where(file => !file.File.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts" or "node_modules")
                && (withTests || !(file.File.Split(Path.DirectorySeparatorChar)[0] is "KubeMemory.Tests" or "KubeMemory.Simulator" or "KubeMemory.Benchmarks" || file.File.StartsWith("KubeMemory.AppHost", StringComparison.Ordinal))))
            .Select(file => (file.File, File.ReadAllText(file.Path)));

    [GeneratedRegex("GetConnectionString\\(\"([^\"]+)\"\\)")]
    private static partial Regex AskedConnectionString();

    [GeneratedRegex("\"(KubeMemory(?::[A-Za-z]+)+)\"")]
    private static partial Regex SettingLiteral();

    [GeneratedRegex("\"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*)\"")]
    private static partial Regex VariableLiteral();

    [GeneratedRegex("GetEnvironmentVariable\\(\"([^\"]+)\"\\)")]
    private static partial Regex AskedVariable();

    [GeneratedRegex("^### `(KubeMemory[A-Za-z:]*)`")]
    private static partial Regex SectionHeading();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    // "  --data <DIR>               The folder to keep everything in."
    [GeneratedRegex("^ +(?:-\\S+, )*(--[a-z-]+)(?: <([^>]+)>)?", RegexOptions.Multiline)]
    private static partial Regex HelpOption();
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Neo4j;
using Xunit;

namespace KubeMemory.Tests.Engines.Neo4j;

/// <summary>Neo4j's own parser and semantic analysis over every statement; eng/install-test-engines.sh installs them.</summary>
public sealed class CypherTests
{
    private static readonly string? Script = Find();

    [Fact]
    public async Task Statements_AllOfThem_PassNeo4jsParserAndAnalysis()
    {
        Assert.Equal("", string.Join('\n', (await LintAsync(CypherStatements.All)).Select(said => said!.ToJsonString())));
    }

    [Fact]
    public async Task Statements_Wrong_AreFoundOut()
    {
        Dictionary<string, string> wrong = new()
        {
            ["MATCH (n RETURN n"] = "Invalid input",
            ["MATCH (n) RETURN m"] = "Variable `m` not defined",
            ["MATCH (n {key: $key}) RETURN n"] = "$key is not defined",
            ["RETURN datetimee('2025-03-01') AS at"] = "The function datetimee is not known",
            ["MATCH (n) WHERE size((n)--()) = 0 RETURN n"] = "COUNT {}",
        };

        var said = await LintAsync(wrong.Keys.Select(text => new CypherStatement(text, "", text)));

        Assert.All(wrong, pair => Assert.Contains(
            said, one => one!["name"]!.GetValue<string>() == pair.Key && one["message"]!.GetValue<string>().Contains(pair.Value, StringComparison.Ordinal)));
    }

    [Fact]
    public void Statements_AllOfThem_AreNamedOnceAndSayWhatTheyAreFor()
    {
        Assert.Equal(CypherStatements.All.Count, CypherStatements.All.Select(statement => statement.Name).Distinct().Count());
        Assert.Equal(CypherStatements.All.Count, CypherStatements.All.Select(statement => statement.Text).Distinct().Count());
        Assert.All(CypherStatements.All, statement => Assert.NotEmpty(statement.Purpose));
    }

    [Fact]
    public void Statements_Together_HaveEveryLabelConstrainedAndEveryRelationshipDrawn()
    {
        foreach (var label in ConstantsOf(typeof(GraphLabels)))
        {
            Assert.Contains(CypherStatements.Prepare, statement => statement.Text.EndsWith($"FOR (n:{label}) REQUIRE n.key IS UNIQUE", StringComparison.Ordinal));
        }

        Assert.All(ConstantsOf(typeof(GraphRelationships)), type => Assert.Contains($"[:{type}", CypherStatements.Upsert.Text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> ConstantsOf(Type type) => type.GetFields().Select(field => (string)field.GetRawConstantValue()!);

    private static async Task<JsonArray> LintAsync(IEnumerable<CypherStatement> statements)
    {
        if (Script is null)
        {
            const string Missing = "Neo4j's parser is not installed: run eng/install-test-engines.sh.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("KUBEMEMORY_REQUIRE_ENGINES") == "1", Missing);
            Assert.Fail(Missing);
        }

        using var node = Process.Start(new ProcessStartInfo("node", [Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var input = JsonSerializer.Serialize(statements.Select(statement =>
            new { name = statement.Name, statement = statement.Text, parameters = JsonNode.Parse(statement.Example) }));
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await error);
        return JsonNode.Parse(await output)!.AsArray();
    }

    /// <summary>The script, where the package that it needs is installed beside it.</summary>
    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
            {
                var engines = Path.Combine(folder.FullName, "eng", "engines");
                return Directory.Exists(Path.Combine(engines, "node_modules", "@neo4j-cypher")) ? Path.Combine(engines, "lint-cypher.mjs") : null;
            }
        }

        return null;
    }
}

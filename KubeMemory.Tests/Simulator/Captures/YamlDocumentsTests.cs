using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Captures;
using Xunit;

namespace KubeMemory.Tests.Simulator.Captures;

public sealed class YamlDocumentsTests
{
    [Theory]
    [InlineData("12", "12", JsonValueKind.Number)]
    [InlineData("-3", "-3", JsonValueKind.Number)]
    [InlineData("0.5", "0.5", JsonValueKind.Number)]
    [InlineData("true", "true", JsonValueKind.True)]
    [InlineData("~", null, JsonValueKind.Null)]
    [InlineData("null", null, JsonValueKind.Null)]
    [InlineData("", null, JsonValueKind.Null)]
    [InlineData("1e3", "1e3", JsonValueKind.String)]
    [InlineData("849e12345", "849e12345", JsonValueKind.String)]
    [InlineData("007", "007", JsonValueKind.String)]
    [InlineData("0x1f", "0x1f", JsonValueKind.String)]
    [InlineData("0o17", "0o17", JsonValueKind.String)]
    [InlineData("12:30:45", "12:30:45", JsonValueKind.String)]
    [InlineData("1_000", "1_000", JsonValueKind.String)]
    [InlineData("yes", "yes", JsonValueKind.String)]
    [InlineData("no", "no", JsonValueKind.String)]
    [InlineData(".inf", ".inf", JsonValueKind.String)]
    [InlineData("2026-05-21T06:10:00Z", "2026-05-21T06:10:00Z", JsonValueKind.String)]
    [InlineData("2026-05-21", "2026-05-21", JsonValueKind.String)]
    [InlineData("\"12\"", "12", JsonValueKind.String)]
    [InlineData("'true'", "true", JsonValueKind.String)]
    public void Parse_Scalar_KeepsTheTypeThatKubernetesMeant(string yaml, string? expected, JsonValueKind kind)
    {
        var value = Parse($"a: {yaml}")["a"];

        Assert.Equal(kind, value?.GetValueKind() ?? JsonValueKind.Null);
        Assert.Equal(expected, kind == JsonValueKind.String ? (string?)value : value?.ToJsonString());
    }

    [Fact]
    public void Parse_Number_ReadsAsAnyNumericType()
    {
        var value = Parse("count: 7")["count"]!;

        Assert.Equal((7, 7L, 7d), ((int)value, (long)value, (double)value));
    }

    [Fact]
    public void Parse_Alias_RepeatsItsAnchor()
    {
        var document = Parse("base: &b {app: web}\nlabels: *b\n");

        Assert.Equal("web", (string?)document["labels"]!["app"]);
    }

    [Fact]
    public void Parse_NameWithoutQuotes_IsTextInTheCapture()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("pod.yaml", "kind: Pod\nmetadata:\n  name: 12345\n  namespace: 1e3\n  labels: {version: 2, on: true}\n");

        var metadata = Assert.Single(CaptureLoader.Load([path]).Objects["pods"])["metadata"]!;

        Assert.Equal(("12345", "1e3"), ((string?)metadata["name"], (string?)metadata["namespace"]));
        Assert.Equal(("2", "true"), ((string?)metadata["labels"]!["version"], (string?)metadata["labels"]!["on"]));
    }

    private static JsonNode Parse(string yaml) => Assert.Single(YamlDocuments.Parse("test.yaml", yaml, CaptureLimits.Default))!;
}

using KubeMemory.Core.Contracts;
using KubeMemory.Web.Status;
using Xunit;

namespace KubeMemory.Tests.Web.Status;

public sealed class StatusLineTests
{
    private static readonly DateTimeOffset Now = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ProjectionStatus Whole = new(
        "vectors", "Chroma", Waiting: 0, DeadLetters: 0, Expected: 1200, Present: 1200, Drift: 0, "lexical-2/384", "lexical-2/384", Rebuilding: false, 1200, 1200, Error: null);

    [Fact]
    public void Of_EverythingWell_SaysNothingOfEnginesAndProjections() =>
        Assert.Equal(["No cluster is watched."], Names([new("chat", "Ollama qwen2.5:0.5b", true, null)], [Whole]));

    [Fact]
    public void Of_TroubleOfAnEngine_ComesBeforeWhatIsWell()
    {
        var lines = StatusLine.Of(Snapshot([new("graph", "Neo4j", false, "refused")], [Whole with { Rebuilding = true, Done = 300 }], []));

        Assert.Equal(
            [("Neo4j", "does not answer", true), ("No cluster is watched.", "", false), ("Vector memory", "is being rebuilt, 300 of 1,200", false)],
            lines.Select(line => (line.Name, line.Says, line.Trouble)));
    }

    [Theory]
    [InlineData(ModelState.Pulling, 40, "is being pulled, 40 %", false)]
    [InlineData(ModelState.Pulling, null, "is being pulled", false)]
    [InlineData(ModelState.Failed, null, "cannot be had", true)]
    [InlineData(ModelState.Waiting, null, "does not answer", true)]
    public void Of_ModelNotThere_SaysHowFarItIs(ModelState state, int? percent, string says, bool trouble)
    {
        var line = StatusLine.Of(Snapshot(
            [new("chat", "Ollama qwen2.5:0.5b", false, "it lacks the model")], [], [new("chat", "qwen2.5:0.5b", state, percent, "Some sentence.")]))
            .Single(one => one.Name.StartsWith("Ollama", StringComparison.Ordinal));

        Assert.Equal((says, trouble), (line.Says, line.Trouble));
    }

    [Fact]
    public void Of_ProjectionThatLacksIncidents_IsTrouble() =>
        Assert.Equal(["Vector memory", "No cluster is watched."], Names([], [Whole with { Present = 1100, Drift = 100 }]));

    [Fact]
    public void ContentOf_Projection_NamesEverythingThatKeepsItFromBeingWhole()
    {
        Assert.Equal("1,200 of 1,200 incidents in Chroma", StatusLine.ContentOf(Whole));
        Assert.Equal(
            "1,100 of 1,200 incidents in Chroma; 1 change waiting; 2 refused and set aside; 97 missing: reindex it",
            StatusLine.ContentOf(Whole with { Present = 1100, Waiting = 1, DeadLetters = 2, Drift = 97 }));
        Assert.Equal("Chroma does not say how many of 1,200 incidents it has", StatusLine.ContentOf(Whole with { Present = null, Error = "refused" }));
    }

    [Theory]
    [InlineData(true, null, "Neo4j answers")]
    [InlineData(false, "Neo4j at db:7474 does not answer: refused.", "Neo4j at db:7474 does not answer: refused.")]
    [InlineData(false, "Unable to open the file.", "Neo4j does not answer: Unable to open the file.")]
    public void AnswerOf_Engine_NamesItOnce(bool healthy, string? error, string says) =>
        Assert.Equal(says, StatusLine.AnswerOf(new("graph", "Neo4j", healthy, error), model: null));

    [Fact]
    public void AnswerOf_ModelBeingPulled_SaysWhatGoesOn() => Assert.Equal(
        "Ollama pulls qwen2.5:0.5b: 40 %.",
        StatusLine.AnswerOf(new("chat", "Ollama", false, "it lacks it"), new("chat", "qwen2.5:0.5b", ModelState.Pulling, 40, "Ollama pulls qwen2.5:0.5b: 40 %.")));

    [Theory]
    [InlineData("vectors", "Vector memory")]
    [InlineData("embedding", "Embedding model")]
    [InlineData("of another version", "of another version")]
    public void PartWord_Port_IsWhatPeopleCallIt(string port, string word) => Assert.Equal(word, StatusLine.PartWord(port));

    private static IEnumerable<string> Names(EngineStatus[] engines, ProjectionStatus[] projections) =>
        StatusLine.Of(Snapshot(engines, projections, [])).Select(line => line.Name);

    private static StatusSnapshot Snapshot(EngineStatus[] engines, ProjectionStatus[] projections, ModelStatus[] models) => new(
        new SystemStatus("1", Now, [], new Dictionary<string, long>(), 0, 0, new Dictionary<string, long>(), new StreamStatus(0, 0), engines, [], [])
        {
            Projections = projections,
            Models = models,
        },
        Now,
        Error: null);
}

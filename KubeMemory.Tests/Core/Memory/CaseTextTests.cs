using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Memory;

public sealed class CaseTextTests
{
    [Fact]
    public void TellingLines_AmongNoiseAndFrames_AreThoseThatSayWhatFailed()
    {
        var log = string.Join('\n', Enumerable.Range(0, 30).Select(i => $"GET /healthz 200 {i}ms").Append("Error: connect ECONNREFUSED 10.0.0.1:5432").Append("    at TCPConnectWrap.afterConnect (net.js:1)").Append("retry failed after 3s").Append("retry failed after 9s").Append("bye"));

        Assert.Equal(["Error: connect ECONNREFUSED 10.0.0.1:5432", "retry failed after 9s"], TellingLines.Of(log, 8));
        Assert.Equal(["b", "c"], TellingLines.Of("a\nb\n\nc\n", 2));
        Assert.Empty(TellingLines.Of("", 8));
    }

    [Theory]
    [InlineData("dial tcp: lookup db on 10.0.0.10:53: no such host")]
    [InlineData("java.net.UnknownHostException: db")]
    [InlineData("Error: getaddrinfo ENOTFOUND db")]
    [InlineData("psycopg2.OperationalError: could not translate host name \"db\" to address")]
    public void Concepts_OneThingInManyLanguages_IsOneConcept(string line) => Assert.Equal(["unresolvable hostname"], FailureConcepts.Of([line], 6));

    [Fact]
    public void Concepts_PartsOnOneLine_CountTogetherOnly()
    {
        Assert.Contains("table missing", FailureConcepts.Of(["ERROR: relation \"orders\" does not exist"], 6));
        Assert.DoesNotContain("table missing", FailureConcepts.Of(["relation \"orders\" is fine", "it does not exist"], 6));
        Assert.Empty(FailureConcepts.Of(["0/3 nodes are available: preemption: No preemption victims found for incoming pod."], 6));
    }

    [Fact]
    public void Synonyms_OfAConcept_AreWhatTheIndexKnows()
    {
        var synonyms = FailureConcepts.SynonymsOf(["unresolvable hostname"], 40);

        Assert.Contains("enotfound", synonyms);
        Assert.Contains("no such host", synonyms);
        Assert.All(synonyms, phrase => Assert.All(phrase, letter => Assert.True(letter == ' ' || char.IsLetterOrDigit(letter), phrase)));
        Assert.Empty(FailureConcepts.SynonymsOf(["nothing of the kind"], 40));
    }

    [Theory]
    [InlineData("cannot reach web in shop", "cannot reach  in ")]
    [InlineData("webhook of shop-web", "webhook of shop-web")]
    [InlineData("lookup db.shop.svc: no such host", "lookup db.shop.svc: no such host")]
    [InlineData("web web web", "  ")]
    public void Without_OwnNames_AreTakenOutAndPartsOfOthersStay(string line, string expected) =>
        Assert.Equal(expected, CaseText.Without(line, CaseText.NamesOf(IncidentDocumentTests.Facts())));

    [Fact]
    public void Fuse_PlacesOfSeveralLists_AddUp()
    {
        var fused = RankFusion.Fuse([1, 2, 2, 3], [2]);

        Assert.Equal((1.0 / 62) + (1.0 / 61), fused[2], 12);
        Assert.Equal(1.0 / 61, fused[1], 12);
        // A repetition takes no place.
        Assert.Equal(1.0 / 63, fused[3], 12);
    }

    [Fact]
    public void Weights_OfRareAndFrequentWords_RarerCountMore()
    {
        WordHit[] hits = [new(0, WordPlace.Evidence, 1, 1), new(0, WordPlace.Evidence, 1, 2), .. Enumerable.Range(1, 9).Select(i => new WordHit(1, WordPlace.Evidence, i, 1)), .. Enumerable.Range(1, WordHits.MostOfOne + 1).Select(i => new WordHit(2, WordPlace.Evidence, i, 1))];

        var weights = WordWeights.Of(3, new WordHits(1000, hits));

        Assert.True(weights.Weights[0] > weights.Weights[1] && weights.Weights[1] > 0);
        Assert.Equal(0, weights.Weights[2]);
        Assert.Equal(weights.Weights[0] + weights.Weights[1], weights.ByIncident[1], 12);
        Assert.False(weights.ByIncident.ContainsKey(100));
    }

    [Theory]
    [InlineData("Why does db-1 NOT resolve: orders.shop?", "db 1 not resolve orders shop")]
    [InlineData("the", "the")]
    [InlineData("!?", "")]
    public void SearchWords_OfAQuestion_AreWhatTells(string query, string expected) => Assert.Equal(expected, string.Join(' ', SearchWords.Of(query, 20)));

    [Fact]
    public void Snippet_InALongText_IsWhereMostWordsStand()
    {
        var text = $"refused once\n{new string('x', 5000)}\nconnection to orders was refused by the proxy\n{new string('y', 5000)}";

        Assert.StartsWith("connection to orders was refused", Snippets.Around(text, ["refused", "orders"]), StringComparison.Ordinal);
        Assert.Equal(Snippets.Longest, Snippets.Around(text, ["refused", "orders"]).Length);
        Assert.StartsWith("refused once", Snippets.Around(text, ["nowhere"]), StringComparison.Ordinal);
        Assert.Equal("", Snippets.Around("", ["a"]));
    }

    [Fact]
    public void Document_OfTheSameFaultInAnotherLanguage_NamesTheSameThing()
    {
        static string Of(string log) => IncidentDocument.Of(IncidentDocumentTests.Facts(new EvidenceFact(EvidenceKind.Log, "Log of app", log)));

        Assert.Contains("about unresolvable hostname, memory exhausted\n", Of("java.net.UnknownHostException: db"), StringComparison.Ordinal);
        Assert.Contains("about unresolvable hostname, memory exhausted\n", Of("Error: getaddrinfo ENOTFOUND db"), StringComparison.Ordinal);
    }
}

using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Tests.Api.Analysis;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis;

public sealed class RunbookTextTests
{
    private static readonly Retrieved Nothing = new([], FixGuidance.None);

    [Fact]
    public void Of_AnAnalysis_TellsItFromCauseToTheEnd()
    {
        var incident = AnalysisSamples.Incident(42);
        var retrieved = new Retrieved([new SimilarIncidentDto(AnalysisSamples.Incident(17), 0.9) { Reasons = ["It has the same signature."] }], new FixGuidance([AnalysisSamples.Proposal(5)], []));

        var runbook = RunbookText.Of(incident, ResultOf(incident), retrieved, AnalysisSamples.Now);

        Assert.Equal("incident-42-cart.md", runbook.FileName);
        string[] parts =
        [
            "# Runbook: CrashLoopBackOff of cart", "## What fails", "## Cause", "**Confirmed.** The host postgres.data cannot be resolved from cart.",
            "dial tcp: lookup postgres.data: no such host", "## What to do", "   kubectl -n shop get service postgres.data", "**This changes the cluster.**",
            "## What helped before", "Created the service again (fixes worked 2 of 3 times", "## Similar incidents", "[Incident 17](/incidents/17)",
            "## How to see that it is over", "kubectl -n shop rollout status deployment/cart", "## So that it does not happen again",
        ];
        var at = -1;
        Assert.All(parts, part => Assert.True((at = runbook.Markdown.IndexOf(part, at + 1, StringComparison.Ordinal)) >= 0, $"{part} is missing, or not there:\n{runbook.Markdown}"));
    }

    [Fact]
    public void Of_NoAnalysis_ShowsWhatWasSeen()
    {
        var runbook = RunbookText.Of(AnalysisSamples.Incident(42), null, Nothing, AnalysisSamples.Now);

        Assert.Contains("It has not been analysed yet.", runbook.Markdown, StringComparison.Ordinal);
        Assert.Contains("Back-off restarting failed container", runbook.Markdown, StringComparison.Ordinal);
        Assert.Contains("kubectl -n shop get events", runbook.Markdown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>")]
    [InlineData("![x](http://evil.example/pixel.png) [click](javascript:alert(1))")]
    [InlineData("```\n# Not a heading\n<b>bold</b>\n~~~\n````\n<i>x</i>")]
    [InlineData("see www.evil.example and https://evil.example/a?b and <https://evil.example>")]
    [InlineData("| a | b |\n|---|---|\n# heading\n- item\n> quote")]
    [InlineData("[ref]: http://evil.example\n[ref]")]
    [InlineData("1. one\n\n    indented\n***\n---\n===")]
    [InlineData("mailto:eve@evil.example tel:+123 ftp://evil.example eve@evil.example http:/evil.example//x")]
    [InlineData("::: note")]
    [InlineData("# heading")]
    [InlineData("+ item")]
    [InlineData("1) one")]
    [InlineData("!!! x")]
    [InlineData("    indented code")]
    [InlineData("a\u202eb\u200b<!-- \u001b[31m -->")]
    [InlineData("&lt;script&gt; &#x3c;script&#x3e; `code` **bold** _it_ ~~no~~")]
    public void Of_HostileText_IsTextWhereverItStands(string hostile)
    {
        var incident = AnalysisSamples.Incident(42, $"lookup postgres.data: no such host {hostile}", workload: hostile) with { Description = hostile, Cluster = hostile };
        var result = ResultOf(incident) with
        {
            RootCause = hostile,
            Recommendation = hostile,
            Disagreement = hostile,
            Correction = hostile,
            ConfidenceOrigin = hostile,
            Model = hostile,
            Steps = [new AnalysisStep(hostile, hostile, true, "model")],
            Prevention = [hostile],
            Missing = [hostile],
            Sources = [new AnalysisSource("evidence", hostile, hostile)],
            Documentation = new Uri("javascript:alert(1)"),
        };
        var fix = AnalysisSamples.Proposal(5, hostile) with { Fix = AnalysisSamples.Proposal(5, hostile).Fix with { By = hostile } };
        var retrieved = new Retrieved([new SimilarIncidentDto(incident with { Id = 17 }, 0.9) { Reasons = [hostile] }], new FixGuidance([fix], [])) { Missing = [hostile] };

        var markdown = RunbookText.Of(incident, result, retrieved, AnalysisSamples.Now).Markdown;

        var document = Markdown.Parse(markdown, new MarkdownPipelineBuilder().UseAdvancedExtensions().Build());
        Assert.Empty(document.Descendants<HtmlBlock>());
        Assert.Empty(document.Descendants<HtmlInline>());
        Assert.All(document.Descendants<LinkInline>(), link => Assert.StartsWith("/incidents/", link.Url, StringComparison.Ordinal));
        Assert.DoesNotContain(document.Descendants<LinkInline>(), link => link.IsImage);
        Assert.Empty(document.Descendants<AutolinkInline>());
        Assert.Equal(9, document.Descendants<HeadingBlock>().Count());
        Assert.Empty(document.Descendants<QuoteBlock>());
        Assert.All(document.Descendants<ListBlock>(), list => Assert.Same(document, list.Parent));
        Assert.DoesNotContain(markdown, c => c is '\u202e' or '\u200b' or '\u001b');
    }

    private static AnalysisResult ResultOf(IncidentDetail incident)
    {
        var asked = DiagnosisCase.Of(incident);
        return RulesWord.Of(new AnalysisInput(incident, asked, AnalysisSamples.Diagnoser.Diagnose(asked), Nothing, null), "k", AnalysisSamples.Now);
    }
}

using KubeMemory.Core.Contracts;
using KubeMemory.Web.Incidents;
using Xunit;

namespace KubeMemory.Tests.Web.Incidents;

public class FixEntryTests
{
    [Theory]
    [InlineData("Restarted it.", FixOutcome.Unknown, false, "", null)]
    [InlineData("  ", FixOutcome.Unknown, true, "It was DNS.", null)]
    [InlineData(" \n ", FixOutcome.Unknown, false, "forgotten", "Say what was done, or that the analysis was wrong.")]
    [InlineData("Restarted it.", FixOutcome.Worked, true, " ", "Say what it really was, or take back that the analysis was wrong.")]
    [InlineData("", FixOutcome.DidNotWork, true, "It was DNS.", "Say what was done; so far there is only whether it worked.")]
    public void Error_IsOneSentence(string text, FixOutcome outcome, bool isCorrection, string correction, string? expected) =>
        Assert.Equal(expected, new FixEntry { Text = text, Outcome = outcome, IsCorrection = isCorrection, Correction = correction }.Error());

    [Fact]
    public void Error_OfTextThatIsTooLong_SaysHowLong()
    {
        Assert.Equal("What was done may have 4,000 characters; it has 4,001.", new FixEntry { Text = new string('x', 4001) }.Error());
        Assert.Equal("What it really was may have 2,000 characters; it has 2,001.", new FixEntry { Text = "x", IsCorrection = true, Correction = new string('x', 2001) }.Error());
        Assert.Null(new FixEntry { Text = new string('x', 4000) + " " }.Error());
    }

    [Fact]
    public void ToCreate_SendsWhatCounts()
    {
        Assert.Equal(new FixCreate("Restarted it.", true, null), new FixEntry { Text = " Restarted it.\n", Outcome = FixOutcome.Worked, Correction = "forgotten" }.ToCreate());
        Assert.Equal(new FixCreate(null, null, "It was DNS."), new FixEntry { IsCorrection = true, Correction = " It was DNS." }.ToCreate());
    }

    [Fact]
    public void ToPatch_SendsWhatDiffers_AndNothingWhereNothingDoes()
    {
        var fix = FakeMemory.Fix(1, FakeIncidents.One(1), "Restarted it.", true, "It was DNS.");

        Assert.Null(FixEntry.Of(fix).ToPatch(fix));
        var entry = FixEntry.Of(fix);
        (entry.Outcome, entry.IsCorrection) = (FixOutcome.DidNotWork, false);
        Assert.Equal(new FixPatch(null, false, ""), entry.ToPatch(fix));
        Assert.True(entry.IsOutcomeKnown);
        Assert.False(FixEntry.Of(fix with { Worked = null }).IsOutcomeKnown);
    }
}

using KubeMemory.Core.Analysis;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis;

public class TokenBudgetTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("word", 1)]
    [InlineData("words", 2)]
    [InlineData("two words", 3)]
    [InlineData("137", 3)]
    [InlineData("a\nb", 3)]
    [InlineData("\"key\": {}", 6)]
    [InlineData("      indented", 4)]
    [InlineData("é", 2)]
    [InlineData("🔥", 4)]
    public void Estimate_Text_CountsAsDocumented(string text, int tokens) => Assert.Equal(tokens, TokenBudget.Estimate(text));

    // A common word is one token at least, and so is a number's digit or a mark in the models that cut finest.
    [Theory]
    [InlineData("Back-off restarting failed container api in pod checkout", 9)]
    [InlineData("0/3 nodes are available: 3 Insufficient memory.", 10)]
    public void Estimate_MessagesOfKubernetes_NotBelowTheirWordsAndMarks(string text, int least) =>
        Assert.InRange(TokenBudget.Estimate(text), least, least * 2);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(1000)]
    public void Cut_AnyBudget_FitsAndIsABeginningOrAnEnd(int tokens)
    {
        const string Text = "panic: 🔥 out of memory\n  goroutine 1 [running]: main.main() /src/main.go:42 +0x1d — exit status 137 🔥🔥";

        var head = TokenBudget.Cut(Text, tokens);
        var tail = TokenBudget.CutEnd(Text, tokens);

        Assert.StartsWith(head, Text, StringComparison.Ordinal);
        Assert.EndsWith(tail, Text, StringComparison.Ordinal);
        Assert.InRange(TokenBudget.Estimate(head), 0, tokens);
        Assert.InRange(TokenBudget.Estimate(tail), 0, tokens);
        Assert.False(head.Length > 0 && char.IsHighSurrogate(head[^1]));
        Assert.False(tail.Length > 0 && char.IsLowSurrogate(tail[0]));
        // Neither throws away more than a character's worth without need.
        Assert.True(head == Text || TokenBudget.Estimate(head) >= tokens - 4);
        Assert.True(tail == Text || TokenBudget.Estimate(tail) >= tokens - 8);
    }

    [Fact]
    public void Take_MoreThanThereIs_SpendsWhatFits()
    {
        var budget = new TokenBudget(10);

        Assert.True(budget.TryTake("four word text here"));
        Assert.Equal(6, budget.Remaining);
        Assert.False(budget.TryTake("this is one text that is too long for it"));
        Assert.Equal(6, budget.Remaining);
        Assert.Equal("last line", budget.TakeEnd("a first line that goes\nlast line")[^9..]);
        Assert.True(budget.Remaining >= 0);
        budget.Take("whatever is left is spent on this text");
        Assert.Equal(0, budget.Remaining);
        Assert.Equal("", budget.Take("more"));
    }

    [Fact]
    public void Constructor_Negative_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new TokenBudget(-1));
}

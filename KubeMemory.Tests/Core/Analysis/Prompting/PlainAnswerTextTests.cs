using KubeMemory.Core.Analysis.Prompting;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis.Prompting;

public sealed class PlainAnswerTextTests
{
    [Theory]
    [InlineData("plain text, as it is: 5 < 6 > 4", "plain text, as it is: 5 < 6 > 4")]
    [InlineData("a <pod-name> stays", "a <pod-name> stays")]
    [InlineData("two\nlines\tone", "two lines one")]
    [InlineData("**bold** and `code` ", "bold and `code`")]
    [InlineData("see ![x](https://a.example/p.png?d=1) here", "see here")]
    [InlineData("see ![x](https://a.example/p(1).png) here", "see here")]
    [InlineData("see ![x][1] here", "see here")]
    [InlineData("see [x][1] here\n[1]: https://a.example/x", "see [x][1] here")]
    [InlineData("see [the page](https://a.example/login) here", "see the page here")]
    [InlineData("[a](javascript:alert(1)) b", "a b")]
    [InlineData("asks https://user:pw@db.example:5432/x?y=z now", "asks db.example:5432 now")]
    [InlineData("<https://a.example/x>", "<a.example>")]
    [InlineData("ftp://a.example/x and jdbc:postgresql://db:5432/x", "a.example and jdbc:db:5432")]
    [InlineData("data:text/html;base64,AAAA now", "now")]
    [InlineData("a <script>alert(1)</script> b", "a b")]
    [InlineData("a <img src=x onerror=alert(1)> b", "a b")]
    [InlineData("a <IMG/SRC=x> b", "a b")]
    [InlineData("a <svg/onload=alert(1)> b", "a b")]
    [InlineData("a <x-y onclick=\"z\"> b", "a b")]
    [InlineData("a <!-- c --> b", "a b")]
    [InlineData("pass\u200bword=hunter22 x", "password=[redacted] x")]
    [InlineData("\u202eab\u202c", "ab")]
    public void Of_Text_IsPlain(string text, string expected) => Assert.Equal(expected, PlainAnswerText.Of(text, 200));

    [Fact]
    public void Of_LongText_IsCut()
    {
        var plain = PlainAnswerText.Of(string.Concat(Enumerable.Repeat("word ", 100_000)), 50);

        Assert.Equal(50, plain.Length);
        Assert.EndsWith("…", plain, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"verdict\":\"likely\",\"root_cause\":\"The host", "The host")]
    [InlineData("{\"root_cause\" : \"a \\\"b\\\" \\u00e9\\n c\", \"x", "a \"b\" é c")]
    [InlineData("{\"root_cause\": \"a\\", "a")]
    [InlineData("{\"root_cause\": \"a\\u00", "a")]
    [InlineData("{\"root_cause\": ", "")]
    [InlineData("{\"verdict\":\"\\\"root_cause\\\":\\\"x\\\"\"", "")]
    [InlineData("", "")]
    public void Draft_GrowingAnswer_IsItsRootCause(string growing, string expected) => Assert.Equal(expected, AnswerDraft.Of(growing));
}

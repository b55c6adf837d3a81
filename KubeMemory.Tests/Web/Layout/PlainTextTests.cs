using KubeMemory.Web.Layout;
using Xunit;

namespace KubeMemory.Tests.Web.Layout;

public class PlainTextTests
{
    [Theory]
    [InlineData("\u001b[31mred\u001b[0m and \u001b[1;32mgreen\u001b[m", "red and green")]
    [InlineData("\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007", "link")]
    [InlineData("\u001b]0;title\u001b\\text", "text")]
    [InlineData("bell\u0007 null\0 back\bspace", "bell null backspace")]
    [InlineData("safe\u202etxt.exe\u202c \u2066x\u2069 \u200bzero\ufeff", "safetxt.exe x zero")]
    [InlineData("tab\tand\r\nlines\rtoo", "tab\tand\nlines\ntoo")]
    [InlineData("<script>alert(1)</script> ünïcode 日本 😀", "<script>alert(1)</script> ünïcode 日本 😀")]
    [InlineData(null, "")]
    public void Clean_HostileText_LeavesWhatCanBeRead(string? text, string clean) => Assert.Equal(clean, PlainText.Clean(text));

    [Theory]
    [InlineData(0.4, true, "now")]
    [InlineData(59, true, "59 s ago")]
    [InlineData(3599, false, "59 min")]
    [InlineData(47 * 3600, true, "47 h ago")]
    [InlineData(49 * 3600, true, "2 d ago")]
    public void RelativeTime_OfAnAge_SaysItShort(double seconds, bool ago, string text) =>
        Assert.Equal(text, RelativeTime.Text(TimeSpan.FromSeconds(seconds), ago));
}

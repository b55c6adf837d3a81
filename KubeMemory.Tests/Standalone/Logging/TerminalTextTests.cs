using KubeMemory.Standalone.Logging;
using Xunit;

namespace KubeMemory.Tests.Standalone.Logging;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("Ünicode, 日本 🎉\tand\r\nlines\n", "Ünicode, 日本 🎉\tand\r\nlines\n")]
    [InlineData("\u001b[31mred", "\uFFFD[31mred")]
    [InlineData("over\rwritten", "over\uFFFDwritten")]
    [InlineData("turned\u202Eround", "turned\uFFFDround")]
    [InlineData("\u009b2J\0\a", "\uFFFD2J\uFFFD\uFFFD")]
    public void Plain_ShowsWhatATerminalWouldObey(string text, string expected) => Assert.Equal(expected, TerminalText.Plain(text));
}

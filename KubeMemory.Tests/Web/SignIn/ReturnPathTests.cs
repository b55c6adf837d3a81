using KubeMemory.Web.SignIn;
using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

public class ReturnPathTests
{
    [Theory]
    [InlineData("/incidents/17")]
    [InlineData("/incidents?q=%C3%A4&severity=high#top")]
    [InlineData("/")]
    public void Of_APageOfOurs_IsKept(string path) => Assert.Equal(path, ReturnPath.Of(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("incidents")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/incidents\\..\\..")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData(" //evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/ä")]
    [InlineData("/login")]
    [InlineData("/login?t=x")]
    [InlineData("/LOGIN/provider")]
    [InlineData("/logout")]
    public void Of_AnythingElse_IsTheStartPage(string? path) => Assert.Equal("/incidents", ReturnPath.Of(path));

    [Fact]
    public void Of_ALongPath_IsTheStartPage() => Assert.Equal("/incidents", ReturnPath.Of("/" + new string('a', 5000)));
}

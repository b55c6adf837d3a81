using KubeMemory.Core.Contracts;
using KubeMemory.Web.Incidents;
using Xunit;

namespace KubeMemory.Tests.Web.Incidents;

public class AnalysisTextTests
{
    [Theory]
    [InlineData("It is gone [E3].", "It is gone |[E3]*|.")]
    [InlineData("[E3, E12][E1]", "[E3]*|[E12]*|[E1]*")]
    [InlineData("a[0] [E] [e3] [E3 and more] E4", "a[0] [E] [e3] [E3 and more] E4")]
    [InlineData("", "")]
    public void Cut_FindsCitationsAndNothingElse(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', AnalysisText.Cut(text).Select(part => part.Text + (part.Evidence is null ? "" : "*"))));

    [Theory]
    [InlineData("https://kubernetes.io/docs/concepts/", true)]
    [InlineData("http://kubernetes.io/docs/", false)]
    [InlineData("https://kubernetes.io.attacker.example/", false)]
    [InlineData("https://kubernetes.io@attacker.example/", false)]
    [InlineData("https://someone@kubernetes.io/", false)]
    [InlineData("https://kubernetes.io:8443/", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/docs", false)]
    public void Documentation_IsThatOfKubernetesAlone(string address, bool leads) =>
        Assert.Equal(leads, AnalysisText.Documentation(new Uri(address, UriKind.RelativeOrAbsolute)) is not null);

    [Theory]
    [InlineData(3, 4, 1, 1, "worked 3 of 4 times on this signature, 1 of 1 here")]
    [InlineData(1, 1, 0, 0, "worked 1 of 1 time on this signature, not tried here yet")]
    [InlineData(0, 0, 0, 0, "not tried on this signature yet")]
    [InlineData(0, 0, 1, 2, "worked 1 of 2 here")]
    public void Rate_IsOnePhrase(long worked, long tried, long workedHere, long triedHere, string expected) =>
        Assert.Equal(expected, AnalysisText.Rate(new SuccessRate(worked, tried), new SuccessRate(workedHere, triedHere)));

    [Theory]
    [InlineData(0.944, "94 %")]
    [InlineData(7, "100 %")]
    [InlineData(double.NaN, "0 %")]
    public void Percent_StaysBetweenNoneAndAll(double share, string expected) => Assert.Equal(expected, AnalysisText.Percent(share));

    [Theory]
    [InlineData("incident-42-api.md", "incident-42-api.md")]
    [InlineData("../../evil\r\nX: 1.html", "evil--X--1.html.md")]
    [InlineData("", "incident-7.md")]
    [InlineData("…", "incident-7.md")]
    public void FileName_IsPlain(string name, string expected) => Assert.Equal(expected, RunbookEndpoint.FileName(name, 7));
}

using KubeMemory.Core.Analysis;
using KubeMemory.Engines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis;

public sealed class AnalysisOptionsTests
{
    [Fact]
    public void Errors_Defaults_None() => Assert.Empty(new AnalysisOptions().Errors());

    [Theory]
    [InlineData("EvidenceWait", "-00:00:01")]
    [InlineData("EvidenceWait", "00:10:01")]
    [InlineData("Concurrency", "0")]
    [InlineData("Concurrency", "65")]
    [InlineData("TokensPerDay", "-1")]
    [InlineData("Attempts", "0")]
    [InlineData("Attempts", "101")]
    [InlineData("RetryAfter", "00:00:00.5")]
    [InlineData("RetryAfter", "30")]
    [InlineData("RetryAtMost", "00:00:01")]
    [InlineData("RetryAtMost", "2.00:00:00")]
    [InlineData("RetryAtMsot", "00:00:01")]
    [InlineData("Attempts", "many")]
    public void Read_WhatMakesNoSense_IsSaidWithItsName(string name, string value)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(name, value));

        Assert.Contains(name, fault.Failures.First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatIsSet_IsInForce()
    {
        Assert.Equal(20_000, Read("TokensPerDay", "20000").TokensPerDay);
        Assert.Equal(3, Read("Concurrency", "3").Concurrency);
        Assert.Null(Read("Attempts", "7").Concurrency);
    }

    [Fact]
    public void PauseAfter_Doubles_ToTheLongest()
    {
        var options = new AnalysisOptions();

        Assert.Equal([10, 20, 40, 600, 600], new[] { 1, 2, 3, 10, 1000 }.Select(failures => options.PauseAfter(failures).TotalSeconds));
    }

    private static AnalysisOptions Read(string name, string value) => AnalysisSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"{AnalysisOptions.Section}:{name}", (string?)value)]).Build());
}

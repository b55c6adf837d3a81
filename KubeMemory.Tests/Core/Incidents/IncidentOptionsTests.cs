using KubeMemory.Core.Incidents;
using KubeMemory.Engines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.Core.Incidents;

public sealed class IncidentOptionsTests
{
    [Fact]
    public void Errors_Defaults_AreNone() => Assert.Empty(new IncidentOptions().Errors());

    [Fact]
    public void Errors_SeveralWrong_NamesEachKey()
    {
        var errors = new IncidentOptions { ReopenWithin = TimeSpan.Zero, StormWorkloads = 1, ProbeFailuresHeld = 0, EventTextsKept = 0, FlappingReopenings = 0 }.Errors().ToList();

        Assert.Equal(5, errors.Count);
        Assert.Contains("KubeMemory:Incidents:ReopenWithin must be longer than zero.", errors);
    }

    [Fact]
    public void Read_SectionIsSet_TakesItsValuesAndTheDefaultsOfTheRest()
    {
        var options = Read(("ReadyBeforeResolved", "00:02:00"), ("StormWorkloads", "5"));

        Assert.Equal((TimeSpan.FromMinutes(2), 5), (options.ReadyBeforeResolved, options.StormWorkloads));
        Assert.Equal(new IncidentOptions().ReopenWithin, options.ReopenWithin);
    }

    [Theory]
    [InlineData("ReopenWithin", "-00:01:00", "KubeMemory:Incidents:ReopenWithin must be longer than zero.")]
    [InlineData("ReopenWithin", "600", "KubeMemory:Incidents:ReopenWithin must be no longer than a year")]
    [InlineData("ReopenWithin", "soon", "KubeMemory:Incidents:ReopenWithin")]
    [InlineData("ReopenWithn", "00:10:00", "ReopenWithn")]
    public void Read_ValueOrNameMakesNoSense_SaysWhichAtStart(string name, string value, string sentence)
    {
        var e = Assert.Throws<OptionsValidationException>(() => Read((name, value)));

        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_OptionsAreGiven_RuleEveryHostThatSharesTheEngines()
    {
        using var folder = new TemporaryFolder();
        var options = Read(("StormWorkloads", "7"));
        await using var engines = await EmbeddedEngines.OpenAsync(
            folder.PathOf("data"), options, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        await using var services = new ServiceCollection().AddKubeMemoryEngines(engines).BuildServiceProvider();

        Assert.Same(options, services.GetRequiredService<IncidentOptions>());
    }

    private static IncidentOptions Read(params (string Name, string Value)[] settings) => IncidentSettings.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => $"{IncidentOptions.Section}:{s.Name}", string? (s) => s.Value))
            .Build());
}

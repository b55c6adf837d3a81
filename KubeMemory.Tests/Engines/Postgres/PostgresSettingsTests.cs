using KubeMemory.Engines.Postgres;
using Xunit;

namespace KubeMemory.Tests.Engines.Postgres;

public sealed class PostgresSettingsTests
{
    [Fact]
    public void Of_NothingSaid_HasTheDefaults()
    {
        var settings = PostgresSettings.Of("Host=db");
        Assert.Equal((5, 10, 20), (settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize));
        Assert.Equal("SET idle_in_transaction_session_timeout = 8000; SET statement_timeout = 11000; ", PostgresSettings.First(settings));
    }

    [Theory]
    [InlineData("Host=db;Timeout=7;Command Timeout=60;Maximum Pool Size=50")]
    [InlineData("host=db;timeout=7;commandtimeout=60;MaxPoolSize=50")]
    public void Of_SaidByTheUser_IsKept(string connectionString)
    {
        var settings = PostgresSettings.Of(connectionString);
        Assert.Equal((7, 60, 50), (settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize));
        Assert.EndsWith("SET statement_timeout = 61000; ", PostgresSettings.First(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CommandTimeoutAlone_LeavesTheOtherDefault() =>
        Assert.Equal((5, 30), (PostgresSettings.Of("Host=db;Command Timeout=30").Timeout, PostgresSettings.Of("Host=db;Command Timeout=30").CommandTimeout));

    [Fact]
    public void First_LimitsInTheOptions_AreLeftAlone() =>
        Assert.Equal("", PostgresSettings.First(PostgresSettings.Of("Host=db;Options=-c idle_in_transaction_session_timeout=0;Command Timeout=0")));
}

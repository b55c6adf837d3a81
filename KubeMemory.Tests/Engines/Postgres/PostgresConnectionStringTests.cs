using KubeMemory.Engines.Postgres;
using Xunit;

namespace KubeMemory.Tests.Engines.Postgres;

public sealed class PostgresConnectionStringTests
{
    [Theory]
    [InlineData("Host=db;Port=5432;Username=a;Password=s3cret;Database=b")]
    [InlineData("Server=db;User Id=a;Pooling=false;Maximum Pool Size=5")]
    [InlineData("Host=one,two;Target Session Attributes=primary")]
    public void Check_WhatTheDriverTakes_Passes(string connectionString) => PostgresConnectionString.Check(connectionString);

    [Theory]
    [InlineData("postgres://a:s3cret@db/b", "is not made of key=value pairs")]
    [InlineData("Host=db;Passwort=s3cret", "has a part 'passwort' that")]
    [InlineData("Host=db;Port=s3cret", "has a part 'port' whose value cannot be read")]
    [InlineData("Username=a;Password=s3cret", "has no Host")]
    public void Check_AMistake_IsOneSentenceWithoutValues(string connectionString, string expected)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => PostgresConnectionString.Check(connectionString));
        Assert.StartsWith($"The connection string \"postgres\" {expected}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }
}

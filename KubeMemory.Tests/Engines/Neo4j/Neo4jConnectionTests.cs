using KubeMemory.Engines.Neo4j;
using Xunit;

namespace KubeMemory.Tests.Engines.Neo4j;

public sealed class Neo4jConnectionTests
{
    [Fact]
    public void Parse_AllParts_GivesThem()
    {
        var connection = Neo4jConnection.Parse("Endpoint=http://graph:7474;Username=u;Password=\"p;=1\";Database=kube memory");

        Assert.Equal("http://graph:7474/db/kube%20memory/query/v2", connection.Query.AbsoluteUri);
        Assert.Equal(("u", "p;=1"), (connection.Username, connection.Password));
        Assert.Equal("Neo4j at graph:7474", connection.Name);
        Assert.DoesNotContain("p;=1", connection.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EndpointAndPasswordOnly_TakesNeo4jsOwnNames()
    {
        var connection = Neo4jConnection.Parse("Endpoint=https+http://neo4j/;Password=p");

        Assert.Equal(("neo4j", "neo4j"), (connection.Username, connection.Database));
        Assert.Equal("https+http://neo4j/db/neo4j/query/v2", connection.Query.AbsoluteUri);
    }

    [Theory]
    [InlineData("Endpoint=http://graph:7474", "has no Password")]
    [InlineData("Password=secret", "has no Endpoint")]
    [InlineData("Endpoint=bolt://graph:7687;Password=secret", "no HTTP address")]
    [InlineData("Endpoint=http://neo4j:secret@graph:7474;Password=secret", "with a user")]
    [InlineData("Endpoint=http://graph:7474;Password=secret;Pasword=x", "not 'pasword'")]
    [InlineData("secret secret", "not made of key=value pairs")]
    public void Parse_Mistake_IsOneSentenceWithoutThePassword(string text, string says)
    {
        var mistake = Assert.Throws<FormatException>(() => Neo4jConnection.Parse(text));

        Assert.Contains(says, mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", mistake.ToString().Split(Environment.NewLine)[0], StringComparison.Ordinal);
    }
}

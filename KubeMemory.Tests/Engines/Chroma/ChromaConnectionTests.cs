using KubeMemory.Engines.Chroma;
using Xunit;

namespace KubeMemory.Tests.Engines.Chroma;

public sealed class ChromaConnectionTests
{
    [Theory]
    [InlineData("Endpoint=http://localhost:8000", "http://localhost:8000/", null, "Chroma at localhost:8000")]
    [InlineData("endpoint=http://chroma/ ; token=a=b", "http://chroma/", "a=b", "Chroma at chroma")]
    [InlineData("Endpoint=https+http://chroma", "https+http://chroma/", null, "Chroma at chroma")]
    [InlineData("Endpoint=https://proxy/below;Token=\"with;semicolon\"", "https://proxy/below/", "with;semicolon", "Chroma at proxy")]
    public void Parse_Valid_Reads(string connectionString, string endpoint, string? token, string name)
    {
        var connection = ChromaConnection.Parse(connectionString);

        Assert.Equal((endpoint, token, name), (connection.Endpoint.OriginalString, connection.Token, connection.Name));
    }

    [Theory]
    [InlineData("", "The connection string \"chroma\" has no Endpoint: it is like Endpoint=http://localhost:8000.")]
    [InlineData("Token=secret", "The connection string \"chroma\" has no Endpoint: it is like Endpoint=http://localhost:8000.")]
    [InlineData("http://localhost:8000", "The connection string \"chroma\" is not made of key=value pairs, like Endpoint=http://localhost:8000.")]
    [InlineData("Endpoint=localhost:8000", "The connection string \"chroma\" has an Endpoint that is no HTTP address: it is like Endpoint=http://localhost:8000.")]
    [InlineData("Endpoint=ftp://localhost", "The connection string \"chroma\" has an Endpoint that is no HTTP address: it is like Endpoint=http://localhost:8000.")]
    [InlineData("Endpoint=http://u:p@localhost", "The connection string \"chroma\" has an Endpoint with a user, a query or a fragment; a secret belongs into Token.")]
    [InlineData("Endpoint=http://localhost;Key=secret", "The connection string \"chroma\" knows Endpoint and Token, not 'key'.")]
    public void Parse_Invalid_SaysWhatIsWrongInOneSentence(string connectionString, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<FormatException>(() => ChromaConnection.Parse(connectionString)).Message);
}

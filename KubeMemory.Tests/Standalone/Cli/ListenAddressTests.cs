using KubeMemory.Standalone.Cli;
using Xunit;

namespace KubeMemory.Tests.Standalone.Cli;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData(null, "http://localhost:8000", "http://localhost:5173")]
    [InlineData("http://127.0.0.1:0;http://[::1]:81", "http://127.0.0.1:0", "http://[::1]:81")]
    [InlineData(" http://localhost:9000 ", "http://localhost:9000", "http://localhost:5173")]
    [InlineData("http://127.0.0.1:0;http://127.0.0.1:0", "http://127.0.0.1:0", "http://127.0.0.1:0")]
    public void ParsePair_Loopback_IsTheApiThenTheDashboard(string? urls, string api, string dashboard) =>
        Assert.Equal((api, dashboard), (ListenAddress.ParsePair(urls).Api.ToString(), ListenAddress.ParsePair(urls).Dashboard.ToString()));

    [Theory]
    [InlineData("http://0.0.0.0:8000")]
    [InlineData("http://*:8000")]
    [InlineData("http://+:8000")]
    [InlineData("http://[::]:8000")]
    [InlineData("http://192.168.1.2:8000")]
    [InlineData("http://localhost.example.com:8000")]
    [InlineData("http://127.0.0.1:8000;http://example.com:5173")]
    [InlineData("https://localhost:8000")]
    [InlineData("http://localhost:8000/path")]
    [InlineData("8000")]
    [InlineData("http://localhost:8000;http://localhost:8000")]
    [InlineData("http://localhost:1;http://localhost:2;http://localhost:3")]
    public void ParsePair_AnythingElse_IsRefusedWithASentence(string urls)
    {
        var refusal = Assert.Throws<StandaloneException>(() => ListenAddress.ParsePair(urls));

        Assert.StartsWith("--urls", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8000;http://[::]:81", "http://0.0.0.0:8000", "http://[::]:81")]
    [InlineData("http://+:8000;http://*:5173", "http://*:8000", "http://*:5173")]
    [InlineData("http://192.168.1.2:8000", "http://192.168.1.2:8000", "http://localhost:5173")]
    public void ParsePair_WhereEverybodySignsIn_AddressesMayBeWider(string urls, string api, string dashboard)
    {
        var pair = ListenAddress.ParsePair(urls, wide: true);

        Assert.Equal((api, dashboard), (pair.Api.ToString(), pair.Dashboard.ToString()));
        Assert.Throws<StandaloneException>(() => ListenAddress.ParsePair(urls));
    }

    [Theory]
    [InlineData("http://*:8000", "localhost")]
    [InlineData("http://0.0.0.0:8000", "localhost")]
    [InlineData("http://[::]:8000", "[::1]")]
    [InlineData("http://192.168.1.2:8000", "192.168.1.2")]
    public void OpenHost_IsWhatABrowserCanOpen(string url, string host) => Assert.Equal(host, ListenAddress.ParsePair(url, wide: true).Api.OpenHost);

    [Theory]
    [InlineData("http://kubememory.example.com:8000")]
    [InlineData("http://+:8000/path")]
    [InlineData("https://+:8000")]
    [InlineData("http://+:port")]
    public void ParsePair_WhereEverybodySignsIn_NamesAreStillNoAddresses(string urls)
    {
        var refusal = Assert.Throws<StandaloneException>(() => ListenAddress.ParsePair(urls, wide: true));

        Assert.StartsWith("--urls", refusal.Message, StringComparison.Ordinal);
    }
}

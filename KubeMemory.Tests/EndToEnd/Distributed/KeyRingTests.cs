using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KubeMemory.Tests.Engines.KeyRing;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>The dashboard's replicas and the other services share one ring.</summary>
public sealed partial class KeyRingTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dashboards_OnOnePostgres_ProtectWithOneKeyThatACertificateWraps()
    {
        using var home = new TemporaryFolder();
        var database = await postgres.NewDatabaseAsync();
        (string, string)[] settings =
        [
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ("ConnectionStrings__postgres", database),
            ("KubeMemory__ApiAddress", "http://127.0.0.1:1"),
            ("KubeMemory__KeyRing__CertificatePath", TestCertificates.Pfx(home, "ring.pfx")),
            ("KubeMemory__KeyRing__CertificatePassword", TestCertificates.Password),
        ];
        await using var web = ProgramProcess.Start("KubeMemory.Web", home, settings);
        await using var other = ProgramProcess.Start("KubeMemory.Web", home, settings);
        var keys = new[] { await KeyOfAPageAsync(web), await KeyOfAPageAsync(other) };

        var (name, xml) = await OnlyKeyAsync(database);
        Assert.All(keys, key => Assert.Equal($"key-{key}", name));
        Assert.Contains("CipherValue", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", xml, StringComparison.OrdinalIgnoreCase);
        // Nothing is kept beside it.
        Assert.False(Directory.Exists(home.PathOf(".local/share/kubememory/keys")));
        Assert.DoesNotContain("unwrapped", web.Output + other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_WithoutPostgres_KeepsItsKeysInTheUsersFolder()
    {
        using var home = new TemporaryFolder();
        await using var web = ProgramProcess.Start("KubeMemory.Web", home, [("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("KubeMemory__ApiAddress", "http://127.0.0.1:1")]);
        var key = await KeyOfAPageAsync(web);

        var folder = home.PathOf(".local/share/kubememory/keys");
        Assert.Contains($"{key}", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(folder)), Cancelled), StringComparison.Ordinal);
        Assert.Equal("700", FileModes.Of(folder));
    }

    [Fact]
    public async Task Dashboard_PostgresNotThereYet_IsUnreadyAndBecomesReady()
    {
        PostgresFixture.RequireBinary();
        using var home = new TemporaryFolder();
        await using var server = await PostgresServer.StartNewAsync(Cancelled);
        await server.StopAsync();
        await using var web = ProgramProcess.Start(
            "KubeMemory.Web",
            home,
            [("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("ConnectionStrings__postgres", server.ConnectionString), ("KubeMemory__ApiAddress", "http://127.0.0.1:1")]);
        using var http = new HttpClient { BaseAddress = await ListeningAsync(web) };
        using var early = await http.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        var check = Assert.Single(JsonNode.Parse(await early.Content.ReadAsStringAsync(Cancelled))!["checks"]!.AsArray(), check => (string?)check!["name"] == "keys");
        Assert.StartsWith($"PostgreSQL at 127.0.0.1:{server.Port} does not answer: ", (string?)check!["description"], StringComparison.Ordinal);
        await server.StartAsync(Cancelled);

        using var late = await http.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.DoesNotContain("   at ", web.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KubeMemory.Api")]
    [InlineData("KubeMemory.Watcher")]
    [InlineData("KubeMemory.Web")]
    public async Task Mistake_InEveryService_IsOneSentence(string project)
    {
        using var home = new TemporaryFolder();
        await using var part = ProgramProcess.Start(
            project,
            home,
            [
                ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
                ("ConnectionStrings__postgres", "Host=127.0.0.1;Port=1"),
                ("ConnectionStrings__redis", "127.0.0.1:1"),
                ("KubeMemory__KeyRing__CertificatePath", "/nowhere.pfx"),
            ]);

        Assert.Equal(1, await part.WaitForExitAsync());
        Assert.Equal("KubeMemory:KeyRing:CertificatePath is /nowhere.pfx: there is no such file.", part.Error);
        Assert.DoesNotContain("   at ", part.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// The id of the key that protects something of a page: whatever Data Protection protects begins with 09 F0 C9 F0 and that id, and so
    /// with CfDJ8 in Base64.
    /// </summary>
    private static async Task<Guid> KeyOfAPageAsync(ProgramProcess web)
    {
        using var http = new HttpClient { BaseAddress = await ListeningAsync(web) };
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);
        return new Guid(WebEncoders.Base64UrlDecode(Protected().Match(page).Value.Replace('+', '-').Replace('/', '_')).AsSpan(4, 16));
    }

    private static async Task<(string Name, string Xml)> OnlyKeyAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT name, xml FROM data_protection_keys");
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        Assert.True(await reader.ReadAsync(Cancelled));
        var key = (reader.GetString(0), reader.GetString(1));
        Assert.False(await reader.ReadAsync(Cancelled));
        return key;
    }

    // Now listening on: http://127.0.0.1:39563
    private static async Task<Uri> ListeningAsync(ProgramProcess process) => new((await process.WaitForLineAsync("Now listening on: ")).Split(' ')[^1]);

    /// <summary>Enough of it for the id, and whole bytes.</summary>
    [GeneratedRegex("CfDJ8[A-Za-z0-9_+/-]{27}")]
    private static partial Regex Protected();
}

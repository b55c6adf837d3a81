using KubeMemory.Engines.KeyRing;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace KubeMemory.Tests.Engines.KeyRing;

public sealed class FolderKeyRingTests : KeyRingContract
{
    private readonly TemporaryFolder _folder = new();

    private string Keys => _folder.PathOf("keys");

    [Fact]
    public async Task Start_Folder_IsTheUsersAlone()
    {
        Directory.CreateDirectory(Keys);
        Assert.NotEqual("700", FileModes.Of(Keys));
        await using var web = await StartAsync();

        Assert.Equal("700", FileModes.Of(Keys));
        Assert.Equal("600", FileModes.Of(Assert.Single(Directory.GetFiles(Keys))));
    }

    [Fact]
    public async Task Start_KeysOfAnEarlierVersion_AreRead()
    {
        await using (await StartAsync())
        {
        }

        var file = Assert.Single(Directory.GetFiles(Keys));
        File.Move(file, Path.Combine(Keys, "key-0a53b5b4-6c5e-4ae0-9a1a-6e0e1c7b0b0a.xml"));
        await using var again = await StartAsync();

        Assert.Single(again.Keys.GetAllKeys());
    }

    [Fact]
    public async Task Health_DamagedFile_NamesIt()
    {
        Directory.CreateDirectory(Keys);
        var file = Path.Combine(Keys, "00000001.xml");
        await File.WriteAllTextAsync(file, "<key", TestContext.Current.CancellationToken);
        await using var web = await StartAsync();

        Assert.StartsWith($"The key file {file} is damaged", (await web.HealthAsync()).Description, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Null((await web.HealthAsync()).Description);
    }

    private protected override Task<RingHost> StartAsync(params (string Name, string Value)[] settings) => RingHost.StartAsync(postgres: null, Keys, settings);

    private protected override Task<KeyRepository> RepositoryAsync()
    {
        FolderKeyRepository.Prepare(Keys);
        return Task.FromResult<KeyRepository>(new FolderKeyRepository(Keys, KeyWrapping.None, TimeProvider.System, NullLogger<FolderKeyRepository>.Instance));
    }

    private protected override async Task<IReadOnlyList<string>> ElementsAsync() =>
        await Task.WhenAll(Directory.GetFiles(Keys).Select(file => File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }
}

public sealed class PostgresKeyRingTests(PostgresFixture postgres) : KeyRingContract
{
    private readonly Lazy<Task<string>> _database = new(postgres.NewDatabaseAsync);

    [Fact]
    public async Task Start_WithoutACertificate_SaysOnceWhatToDo()
    {
        await using var web = await StartAsync();
        await using var other = await StartAsync();

        Assert.Single(web.Log.Text.Split('\n'), line => line.Contains("set KubeMemory:KeyRing:CertificatePath", StringComparison.Ordinal));
        Assert.DoesNotContain("CertificatePath", other.Log.Text, StringComparison.Ordinal);
    }

    private protected override async Task<RingHost> StartAsync(params (string Name, string Value)[] settings) =>
        await RingHost.StartAsync(await DatabaseAsync(), folder: null, settings);

    private protected override async Task<KeyRepository> RepositoryAsync() =>
        new PostgresKeyRepository(await DatabaseAsync(), KeyWrapping.None, TimeProvider.System, NullLogger<PostgresKeyRepository>.Instance);

    private protected override async Task<IReadOnlyList<string>> ElementsAsync()
    {
        await using var source = NpgsqlDataSource.Create(await DatabaseAsync());
        await using var command = source.CreateCommand("SELECT xml FROM data_protection_keys ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var elements = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            elements.Add(reader.GetString(0));
        }

        return elements;
    }

    private Task<string> DatabaseAsync() => _database.Value;
}

using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.ServiceDefaults.Access;

public sealed class AccessKeysTests
{
    [Fact]
    public void Local_TheFilesKeyServesBetweenServicesToo()
    {
        using var folder = new TemporaryFolder();
        var file = folder.PathOf("deep/down/api-key");

        var keys = new AccessKeys(Options.Create(new AccessOptions { KeyFile = file }));

        Assert.Equal(File.ReadAllText(file).Trim(), keys.ServiceKey);
        Assert.Equal(new KeyHolder("local", "operator", IsService: true), keys.Find(keys.ServiceKey!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Null(keys.Find(keys.ServiceKey + "x"));
        Assert.Null(keys.Find(""));
    }

    [Fact]
    public void Local_WithAServiceKey_TheFilesKeySpeaksForNobodyElse()
    {
        using var folder = new TemporaryFolder();
        var file = folder.PathOf("api-key");

        var keys = new AccessKeys(Options.Create(new AccessOptions { KeyFile = file, ServiceKey = TestKeys.Service }));

        Assert.Equal(TestKeys.Service, keys.ServiceKey);
        Assert.Equal(new KeyHolder("local", "operator", IsService: false), keys.Find(File.ReadAllText(file).Trim()));
        Assert.Equal(new KeyHolder("service", "operator", IsService: true), keys.Find(TestKeys.Service));
    }

    [Fact]
    public void ApiKey_NeedsNoFile()
    {
        using var folder = new TemporaryFolder();
        var file = folder.PathOf("api-key");

        var keys = new AccessKeys(Options.Create(new AccessOptions { Mode = AccessMode.ApiKey, KeyFile = file, Keys = [new() { Name = "vera", Key = TestKeys.Viewer }] }));

        Assert.Equal(new KeyHolder("vera", "viewer", IsService: false), keys.Find(TestKeys.Viewer));
        Assert.Null(keys.ServiceKey);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("short\n", "holds no key of at least 32 characters")]
    [InlineData("", "holds no key of at least 32 characters")]
    public void Local_AFileWithoutAKey_IsOneSentence(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("api-key", content);

        var mistake = Assert.Throws<OptionsValidationException>(() => new AccessKeys(Options.Create(new AccessOptions { KeyFile = file })));

        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
        Assert.Contains("KubeMemory:Access:KeyFile", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Local_AFolderInItsPlace_IsOneSentence()
    {
        using var folder = new TemporaryFolder();

        var mistake = Assert.Throws<OptionsValidationException>(() => new AccessKeys(Options.Create(new AccessOptions { KeyFile = folder.Path })));

        Assert.Contains(folder.Path, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Local_ManyWhoStartTogether_HaveOneKey()
    {
        using var folder = new TemporaryFolder();
        var options = Options.Create(new AccessOptions { KeyFile = folder.PathOf("new/api-key") });

        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => new AccessKeys(options).ServiceKey)));

        Assert.Single(keys.Distinct());
        Assert.Equal(["api-key"], Directory.GetFiles(folder.PathOf("new")).Select(Path.GetFileName));
    }
}

using System.Runtime.Versioning;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>deploy/make-secrets.sh: what an operator runs before the one command.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class MakeSecretsTests : IDisposable
{
    private readonly DeployFolder _deploy = new();

    public void Dispose() => _deploy.Dispose();

    [Theory]
    [InlineData("kubernetes/overlays/embedded", "access.env")]
    [InlineData("kubernetes/overlays/distributed", "access.env", "engines.env")]
    [InlineData("kubernetes/components/external-engines", "connections.env")]
    [InlineData("", ".env")]
    public async Task MakeSecrets_OfAnExample_MakesAFileForItsUserAlone(string folder, params string[] files)
    {
        await _deploy.MakeSecretsAsync(folder);

        foreach (var file in files)
        {
            var path = _deploy.PathOf(Path.Combine(folder, file));
            Assert.DoesNotContain(await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken), line => line.EndsWith('=') && !line.StartsWith('#'));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task MakeSecrets_Again_KeepsWhatIsThere()
    {
        await _deploy.MakeSecretsAsync("kubernetes/overlays/distributed");
        var made = _deploy.Read("kubernetes/overlays/distributed/engines.env");

        await _deploy.MakeSecretsAsync("kubernetes/overlays/distributed");

        Assert.Equal(made, _deploy.Read("kubernetes/overlays/distributed/engines.env"));
    }

    [Theory]
    [InlineData]
    [InlineData("nowhere")]
    [InlineData("kind")]
    public async Task MakeSecrets_NoFolderWithAnExample_SaysWhichThereAre(params string[] folder)
    {
        var (code, _, error) = await _deploy.RunAsync("sh", [_deploy.PathOf("make-secrets.sh"), .. folder]);

        Assert.Equal(2, code);
        Assert.Contains("deploy/kubernetes/overlays/embedded", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_OfEverySize_HoldNoSecret()
    {
        var examples = Directory.GetFiles(_deploy.PathOf("."), "*.env.example", SearchOption.AllDirectories).Append(_deploy.PathOf(".env.example")).Distinct();

        Assert.All(examples.SelectMany(File.ReadAllLines), line =>
        {
            if (!line.StartsWith('#') && (line.Contains("_PASSWORD", StringComparison.Ordinal) || line.Contains("Key=", StringComparison.Ordinal) || line.Contains("_KEY", StringComparison.Ordinal)))
            {
                Assert.EndsWith("=", line, StringComparison.Ordinal);
            }
        });
    }
}

using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.Engines.KeyRing;

/// <summary>Mistakes in the settings are said at the start, in one sentence.</summary>
public sealed class KeyRingSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_NoSuchFile_SaysSo()
    {
        var path = _folder.PathOf("none.pfx");

        Assert.Equal($"KubeMemory:KeyRing:CertificatePath is {path}: there is no such file.", await MistakeAsync(("CertificatePath", path)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong secret")]
    public async Task Start_WrongPassword_SaysSoWithoutRepeatingIt(string? password)
    {
        var path = TestCertificates.Pfx(_folder, "a.pfx");

        Assert.Equal(
            $"KubeMemory:KeyRing:CertificatePath is {path}, which is not opened by its password: correct KubeMemory:KeyRing:CertificatePassword.",
            await MistakeAsync([("CertificatePath", path), .. password is null ? [] : new[] { ("CertificatePassword", password) }]));
    }

    [Fact]
    public async Task Start_NoPrivateKey_SaysSo()
    {
        var path = TestCertificates.PfxWithoutKey(_folder, "a.pfx");

        Assert.Contains("holds no private key", await MistakeAsync(("CertificatePath", path), ("CertificatePassword", TestCertificates.Password)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoCertificateAtAll_SaysSo()
    {
        var path = _folder.Write("a.pfx", "not a certificate");

        Assert.Equal($"KubeMemory:KeyRing:CertificatePath is {path}, which is no certificate: use a PFX or PEM file.", await MistakeAsync(("CertificatePath", path)));
    }

    [Fact]
    public async Task Start_NotRsa_SaysSo()
    {
        var path = TestCertificates.EllipticPfx(_folder, "a.pfx");

        Assert.Contains("only RSA can wrap keys", await MistakeAsync(("CertificatePath", path), ("CertificatePassword", TestCertificates.Password)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OldCertificateMissing_NamesItsSetting()
    {
        var path = _folder.PathOf("old.pfx");

        Assert.StartsWith($"KubeMemory:KeyRing:OldCertificates:0:Path is {path}: ", await MistakeAsync(("OldCertificates:0:Path", path)), StringComparison.Ordinal);
        Assert.StartsWith("KubeMemory:KeyRing:OldCertificates:0:Path is missing", await MistakeAsync(("OldCertificates:0:Password", "x")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CertificateKeyPath", "KubeMemory:KeyRing:CertificatePath is missing")]
    [InlineData("CertificatePassword", "KubeMemory:KeyRing:CertificatePath is missing")]
    [InlineData("Certificate", "KubeMemory:KeyRing has no setting 'Certificate'")]
    public async Task Start_SettingThatMakesNoSense_SaysSo(string name, string said) =>
        Assert.StartsWith(said, await MistakeAsync((name, "x")), StringComparison.Ordinal);

    [Fact]
    public async Task Start_ConnectionStringThatIsNone_SaysSoWithoutRepeatingIt()
    {
        await using var web = RingHost.Build("Host=db;Passwort=secret", folder: null);

        var mistake = await Assert.ThrowsAsync<OptionsValidationException>(web.StartAsync);
        Assert.Contains("has a part 'passwort'", mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FolderThatCannotBeMade_SaysSo()
    {
        var file = _folder.Write("file", "");
        await using var web = RingHost.Build(postgres: null, Path.Combine(file, "keys"));

        var mistake = await Assert.ThrowsAsync<OptionsValidationException>(web.StartAsync);
        Assert.StartsWith($"The key ring's folder {file}/keys cannot be made this user's own", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__postgres", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_PemInOneFileOrTwo_IsTaken(bool one)
    {
        var (certificate, key, _) = TestCertificates.Pem();
        (string, string)[] settings = one
            ? [("CertificatePath", _folder.Write("both.pem", certificate + "\n" + key))]
            : [("CertificatePath", _folder.Write("tls.crt", certificate)), ("CertificateKeyPath", _folder.Write("tls.key", key))];
        await using var web = await RingHost.StartAsync(postgres: null, _folder.PathOf("keys"), settings);

        Assert.Equal("secret", web.Unprotect(web.Protect("secret")));
        Assert.Contains("CipherValue", await File.ReadAllTextAsync(_folder.PathOf("keys/00000001.xml"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PemWithEncryptedKey_IsTakenWithItsPasswordAlone()
    {
        var (certificate, _, key) = TestCertificates.Pem();
        var path = ("CertificatePath", _folder.Write("both.pem", certificate + "\n" + key));
        await using var web = await RingHost.StartAsync(postgres: null, _folder.PathOf("keys"), path, ("CertificatePassword", TestCertificates.Password));
        Assert.Equal("secret", web.Unprotect(web.Protect("secret")));

        Assert.Contains("correct KubeMemory:KeyRing:CertificatePassword", await MistakeAsync(path, ("CertificatePassword", "wrong")), StringComparison.Ordinal);
        Assert.Contains("correct KubeMemory:KeyRing:CertificatePassword", await MistakeAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PemWithoutItsKey_SaysWhereItGoes()
    {
        var (certificate, _, _) = TestCertificates.Pem();
        var path = _folder.Write("tls.crt", certificate);

        Assert.Equal(
            $"KubeMemory:KeyRing:CertificatePath is {path}, which holds no private key: use a file with both, or name the key's file in KubeMemory:KeyRing:CertificateKeyPath.",
            await MistakeAsync(("CertificatePath", path)));
    }

    [Fact]
    public async Task Start_PemWithAForeignKey_SaysSo()
    {
        var (certificate, _, _) = TestCertificates.Pem();
        var (_, key, _) = TestCertificates.Pem();

        Assert.Contains(
            "use a certificate and the key that belongs to it",
            await MistakeAsync(("CertificatePath", _folder.Write("tls.crt", certificate)), ("CertificateKeyPath", _folder.Write("tls.key", key))),
            StringComparison.Ordinal);
    }

    private async Task<string> MistakeAsync(params (string Name, string Value)[] settings)
    {
        await using var web = RingHost.Build(postgres: null, _folder.PathOf("keys"), settings);
        return (await Assert.ThrowsAsync<OptionsValidationException>(web.StartAsync)).Message;
    }
}

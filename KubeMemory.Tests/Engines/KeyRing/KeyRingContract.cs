using System.Globalization;
using System.Xml.Linq;
using KubeMemory.Engines.KeyRing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace KubeMemory.Tests.Engines.KeyRing;

/// <summary>One ring for several processes, wherever it is kept.</summary>
public abstract class KeyRingContract : IDisposable
{
    private readonly TemporaryFolder _certificates = new();

    private protected TemporaryFolder Certificates => _certificates;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Dispose(disposing: true);
    }

    [Fact]
    public async Task Protect_InOneProcess_IsReadInAnotherAndAfterARestart()
    {
        await using var web = await StartAsync();
        await using var other = await StartAsync();
        var payload = web.Protect("secret");
        Assert.Equal("secret", other.Unprotect(payload));
        await using var restarted = await StartAsync();

        Assert.Equal("secret", restarted.Unprotect(payload));
        Assert.Equal("again", web.Unprotect(restarted.Protect("again")));
    }

    [Fact]
    public async Task Start_ManyOnAnEmptyRing_AgreeOnOneKey()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StartAsync())));
        try
        {
            var payloads = hosts.Select((host, i) => host.Protect($"{i}")).ToList();

            Assert.All(hosts, host => Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), payloads.Select(host.Unprotect)));
            // Not by the two minutes in which unknown keys are asked for.
            Assert.Single(await ElementsAsync());
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Store_KeyDecidedUponBeforeAnotherCame_GivesWay()
    {
        var (slow, fast) = (await RepositoryAsync(), await RepositoryAsync());
        Assert.Empty(slow.GetAllElements());
        Assert.Empty(fast.GetAllElements());
        fast.StoreElement(new XElement("key", "fast"), "key-fast");
        slow.StoreElement(new XElement("key", "slow"), "key-slow");

        Assert.Equal(["fast"], slow.GetAllElements().Select(element => element.Value));
        // Having seen it, it may add to it.
        slow.StoreElement(new XElement("key", "next"), "key-next");
        Assert.Equal(["fast", "next"], fast.GetAllElements().Select(element => element.Value));
    }

    [Fact]
    public async Task Store_Revocation_NeverGivesWay()
    {
        var (slow, fast) = (await RepositoryAsync(), await RepositoryAsync());
        _ = slow.GetAllElements();
        _ = fast.GetAllElements();
        fast.StoreElement(new XElement("key", "fast"), "key-fast");
        slow.StoreElement(new XElement("revocation", "all"), "revocation-all");

        Assert.Equal(["fast", "all"], fast.GetAllElements().Select(element => element.Value));
    }

    [Fact]
    public async Task Revoke_InOneProcess_EndsWhatTheOtherProtected()
    {
        string payload;
        await using (var web = await StartAsync())
        {
            payload = web.Protect("secret");
            web.Keys.RevokeAllKeys(DateTimeOffset.Parse("2999-01-01T00:00:00Z", CultureInfo.InvariantCulture));
        }

        await using var other = await StartAsync();
        Assert.ThrowsAny<Exception>(() => other.Unprotect(payload));
    }

    [Fact]
    public async Task Protect_WithoutACertificate_SaysNothingOfXmlEncryptors()
    {
        await using var web = await StartAsync();

        Assert.DoesNotContain("encryptor", web.Log.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HealthStatus.Healthy, (await web.HealthAsync()).Status);
    }

    [Fact]
    public async Task Protect_WithACertificate_KeepsNothingInClear()
    {
        var certificate = Certificate("new.pfx");
        await using var web = await StartAsync(certificate);
        var payload = web.Protect("secret");
        await using var other = await StartAsync(certificate);
        Assert.Equal("secret", other.Unprotect(payload));

        var ring = Assert.Single(await ElementsAsync());
        Assert.Contains("CipherValue", ring, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", ring, StringComparison.OrdinalIgnoreCase);
        await using var stranger = await StartAsync(Certificate("foreign.pfx"));
        Assert.ThrowsAny<Exception>(() => stranger.Unprotect(payload));
    }

    [Fact]
    public async Task Protect_CertificateRotated_OldPayloadsAreReadAndNewKeysAreWrappedByTheNewOne()
    {
        var old = Certificate("old.pfx");
        string payload;
        await using (var before = await StartAsync(old))
        {
            payload = before.Protect("secret");
        }

        (string, string)[] rotated = [.. Certificate("new.pfx"), ("OldCertificates:0:Path", old[0].Value), ("OldCertificates:0:Password", TestCertificates.Password)];
        await using var after = await StartAsync(rotated);
        Assert.Equal("secret", after.Unprotect(payload));
        // The next key, as in 90 days.
        var next = after.Keys.CreateNewKey(DateTimeOffset.Parse("2025-01-01T00:00:00Z", CultureInfo.InvariantCulture), DateTimeOffset.Parse("2999-01-01T00:00:00Z", CultureInfo.InvariantCulture));
        Assert.NotNull(next.CreateEncryptor());

        await using var withoutOld = await StartAsync(Certificate("new.pfx", make: false));
        Assert.NotNull(withoutOld.Keys.GetAllKeys().Single(key => key.KeyId == next.KeyId).CreateEncryptor());
        Assert.ThrowsAny<Exception>(() => withoutOld.Unprotect(payload));
    }

    [Fact]
    public async Task Start_CertificateLost_SaysWhatToDoAndGoesOnWithANewKey()
    {
        await using (await StartAsync(Certificate("old.pfx")))
        {
        }

        await using var after = await StartAsync(Certificate("new.pfx"));
        Assert.Equal("secret", after.Unprotect(after.Protect("secret")));
        Assert.Single(after.Log.Text.Split('\n'), line => line.Contains("add that certificate to KubeMemory:KeyRing:OldCertificates", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", after.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protect_CertificateAddedLater_WhatWasThereIsStillRead()
    {
        string payload;
        await using (var before = await StartAsync())
        {
            payload = before.Protect("secret");
        }

        await using var after = await StartAsync(Certificate("new.pfx"));
        Assert.Equal("secret", after.Unprotect(payload));
    }

    protected virtual void Dispose(bool disposing) => _certificates.Dispose();

    private protected abstract Task<RingHost> StartAsync(params (string Name, string Value)[] settings);

    private protected abstract Task<KeyRepository> RepositoryAsync();

    /// <summary>As they lie there, without any of this project's code.</summary>
    private protected abstract Task<IReadOnlyList<string>> ElementsAsync();

    private (string Name, string Value)[] Certificate(string name, bool make = true) =>
        [("CertificatePath", make ? TestCertificates.Pfx(_certificates, name) : _certificates.PathOf(name)), ("CertificatePassword", TestCertificates.Password)];
}

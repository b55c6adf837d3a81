using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.ServiceDefaults.Access;

public sealed class AccessOptionsValidatorTests
{
    private const string Key = TestKeys.Operator;

    [Theory]
    [InlineData("Mode=7", "KubeMemory:Access:Mode must be")]
    [InlineData("AllowedHosts:0=https://a.example", "KubeMemory:Access:AllowedHosts holds 'https://a.example'")]
    [InlineData("AllowedHosts:0=*", "KubeMemory:Access:AllowedHosts holds '*'")]
    [InlineData("AllowedHosts:0=a.example:8000", "KubeMemory:Access:AllowedHosts holds 'a.example:8000'")]
    [InlineData("AllowedOrigins:0=a.example", "KubeMemory:Access:AllowedOrigins holds 'a.example'")]
    [InlineData("AllowedOrigins:0=https://a.example/x", "KubeMemory:Access:AllowedOrigins holds 'https://a.example/x'")]
    [InlineData("WritesPerMinute=0", "KubeMemory:Access:WritesPerMinute is 0")]
    [InlineData("WritesPerMinute=100001", "KubeMemory:Access:WritesPerMinute is 100001")]
    [InlineData("ServiceKey=short", "KubeMemory:Access:ServiceKey must be at least 32")]
    // Mode unset: whoever sets a key means it, and would otherwise wonder why it is not taken.
    [InlineData("Keys:0:Name=a Keys:0:Key=" + Key, "KubeMemory:Access:Keys has no meaning in mode Local")]
    [InlineData("OpenIdConnect:Authority=https://a.example", "KubeMemory:Access:OpenIdConnect:Authority has no meaning in mode Local")]
    [InlineData("TrustedProxies:0=10.0.0.1", "KubeMemory:Access:TrustedProxies has no meaning in mode Local")]
    [InlineData("Mode=ApiKey ServiceKey=" + TestKeys.Service, "KubeMemory:Access:Keys is empty")]
    [InlineData("Mode=ApiKey Keys:0:Name=a Keys:0:Key=" + Key, "KubeMemory:Access:ServiceKey is missing")]
    [InlineData("Mode=ApiKey TrustedProxies:0=proxy", "KubeMemory:Access:TrustedProxies holds 'proxy'")]
    [InlineData("Mode=ApiKey TrustedProxies:0=10.0.0.0/99", "KubeMemory:Access:TrustedProxies holds '10.0.0.0/99'")]
    [InlineData("Mode=ApiKey Keys:0:Name=a Keys:0:Key=short", "KubeMemory:Access:Keys:0:Key must be at least 32")]
    [InlineData("Mode=ApiKey Keys:0:Name=a", "KubeMemory:Access:Keys:0:Key must be at least 32")]
    [InlineData("Mode=ApiKey Keys:0:Key=" + Key, "KubeMemory:Access:Keys:0:Name must be a name")]
    [InlineData("Mode=ApiKey Keys:0:Name=service Keys:0:Key=" + Key, "KubeMemory:Access:Keys:0:Name is 'service'")]
    [InlineData("Mode=ApiKey Keys:0:Name=Local Keys:0:Key=" + Key, "KubeMemory:Access:Keys:0:Name is 'Local'")]
    [InlineData("Mode=ApiKey Keys:0:Name=a Keys:0:Key=" + Key + " Keys:0:Role=admin", "KubeMemory:Access:Keys:0:Role is 'admin'")]
    [InlineData("Mode=ApiKey Keys:0:Name=a Keys:0:Key=" + Key + " Keys:1:Name=A Keys:1:Key=" + TestKeys.Viewer, "KubeMemory:Access:Keys:1:Name is 'A', which another key is called already")]
    [InlineData("Mode=ApiKey Keys:0:Name=a Keys:0:Key=" + Key + " Keys:1:Name=b Keys:1:Key=" + Key, "KubeMemory:Access:Keys:1:Key is also another one's")]
    [InlineData("Mode=ApiKey Keys:0:Name=a Keys:0:Key=" + Key + " ServiceKey=" + Key, "KubeMemory:Access:Keys:0:Key is also another one's")]
    [InlineData("Mode=OpenIdConnect", "KubeMemory:Access:OpenIdConnect:Authority is missing")]
    [InlineData("Mode=OpenIdConnect", "KubeMemory:Access:OpenIdConnect:ClientId is missing")]
    [InlineData("Mode=OpenIdConnect OpenIdConnect:Authority=http://login.example", "must be https")]
    [InlineData("Mode=OpenIdConnect OpenIdConnect:Authority=ftp://localhost", "must be https")]
    [InlineData("Mode=OpenIdConnect OpenIdConnect:RoleClaim=", "KubeMemory:Access:OpenIdConnect:RoleClaim is empty")]
    public void Mistake_IsOneSentenceThatNamesTheSetting(string settings, string expected)
    {
        var failures = Failures(settings, servesPeople: true);

        var sentence = Assert.Single(failures, failure => failure.Contains(expected, StringComparison.Ordinal));
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(failures, failure => failure.Contains(Key, StringComparison.Ordinal) || failure.Contains(TestKeys.Service, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mode=Local AllowedHosts:0=a.example AllowedOrigins:0=https://a.example:8443")]
    [InlineData("Mode=ApiKey TrustedProxies:0=10.0.0.0/24 TrustedProxies:1=fd00::1 Keys:0:Name=a Keys:0:Key=" + Key + " ServiceKey=" + TestKeys.Service)]
    [InlineData("Mode=OpenIdConnect OpenIdConnect:Authority=https://login.example/realms/ops OpenIdConnect:ClientId=k ServiceKey=" + TestKeys.Service)]
    [InlineData("Mode=OpenIdConnect OpenIdConnect:Authority=http://127.0.0.1:5000 OpenIdConnect:ClientId=k ServiceKey=" + TestKeys.Service)]
    public void Right_IsTaken(string settings) => Assert.Empty(Failures(settings, servesPeople: true));

    [Fact]
    public void Watcher_ThatNobodySignsInTo_NeedsNoKeys() => Assert.Empty(Failures("Mode=ApiKey", servesPeople: false));

    [Fact]
    public void Key_WithTheLineEndOfItsFile_IsRefused()
    {
        var options = new AccessOptions { Mode = AccessMode.ApiKey, ServiceKey = TestKeys.Service + "\n", Keys = [new() { Name = "a", Key = Key }] };

        Assert.Contains("line ends", Validate(options, servesPeople: true).FailureMessage, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Failures(string settings, bool servesPeople)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
            .Build();
        return Validate(configuration.Get<AccessOptions>() ?? new AccessOptions(), servesPeople).Failures ?? [];
    }

    private static ValidateOptionsResult Validate(AccessOptions options, bool servesPeople) =>
        new AccessOptionsValidator(Options.Create(new AccessHostOptions { ServesPeople = servesPeople })).Validate(null, options);
}

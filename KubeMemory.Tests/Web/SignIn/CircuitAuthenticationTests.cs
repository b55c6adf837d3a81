using System.Security.Claims;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Web.SignIn;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

public sealed class CircuitAuthenticationTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task State_OfASignInThatEnds_IsTakenBackWithinAMinuteAndAtOnceForWhoAsks()
    {
        var desk = Desk(new() { Mode = AccessMode.ApiKey, ServiceKey = Settings.ServiceKey, Keys = [new() { Name = "otto", Key = Settings.OperatorKey, Role = AccessRoles.Operator }] });
        var otto = desk.ByKey(Settings.OperatorKey)!;
        using var circuit = new CircuitAuthentication(desk, _time, NullLogger<CircuitAuthentication>.Instance);
        circuit.SetAuthenticationState(Task.FromResult(new AuthenticationState(otto)));
        var changes = new List<AuthenticationState>();
        circuit.AuthenticationStateChanged += async state => changes.Add(await state);

        _time.Advance(CircuitAuthentication.Interval);
        Assert.Empty(changes);
        Assert.Equal(new Person("otto", AccessRoles.Operator), await circuit.PersonAsync());

        desk.End(otto);
        Assert.Equal(Person.Nobody, await circuit.PersonAsync());
        Assert.Empty(changes);
        _time.Advance(CircuitAuthentication.Interval);
        Assert.False(Assert.Single(changes).User.Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task State_OfAProvidersSignIn_EndsAtItsTime()
    {
        var desk = Desk(new() { Mode = AccessMode.OpenIdConnect, ServiceKey = Settings.ServiceKey, OpenIdConnect = new() { Authority = new("https://login.example.com"), ClientId = "kubememory" } });
        var ada = SignInTicket.Issue("openid:1", "ada", AccessRoles.Operator, desk.ProviderProof, _time.GetUtcNow() + OpenIdSignIn.Lasts);
        using var circuit = new CircuitAuthentication(desk, _time, NullLogger<CircuitAuthentication>.Instance);
        circuit.SetAuthenticationState(Task.FromResult(new AuthenticationState(ada)));
        Assert.True((await circuit.PersonAsync()).MayAct);

        _time.Advance(OpenIdSignIn.Lasts);

        Assert.Equal(Person.Nobody, await circuit.PersonAsync());
    }

    [Fact]
    public void Renewed_WithAnotherProviderOrAForgedProof_IsNobody()
    {
        var desk = Desk(new() { Mode = AccessMode.OpenIdConnect, ServiceKey = Settings.ServiceKey, OpenIdConnect = new() { Authority = new("https://login.example.com"), ClientId = "kubememory" } });
        var other = Desk(new() { Mode = AccessMode.OpenIdConnect, ServiceKey = Settings.ServiceKey, OpenIdConnect = new() { Authority = new("https://other.example.com"), ClientId = "kubememory" } });

        Assert.Null(desk.Renewed(SignInTicket.Issue("openid:1", "ada", AccessRoles.Operator, other.ProviderProof)));
        Assert.Null(desk.Renewed(SignInTicket.Issue("openid:1", "ada", AccessRoles.Operator, "")));
        Assert.Null(desk.Renewed(AccessIdentity.Create("ada", AccessRoles.Operator, "test")));
        Assert.Null(desk.Renewed(new ClaimsPrincipal()));
    }

    private SignInDesk Desk(AccessOptions options)
    {
        var access = Options.Create(options);
        return new SignInDesk(access, new AccessKeys(access), new SignInToken(), _time, NullLogger<SignInDesk>.Instance);
    }
}

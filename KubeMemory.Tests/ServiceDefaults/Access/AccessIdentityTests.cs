using System.Security.Claims;
using KubeMemory.ServiceDefaults.Access;
using Xunit;

namespace KubeMemory.Tests.ServiceDefaults.Access;

public sealed class AccessIdentityTests
{
    [Theory]
    [InlineData("Ada Lövelace", "Ada Lövelace")]
    [InlineData("ada@example.com", "ada@example.com")]
    [InlineData("ada\r\nroot signed in", "ada\uFFFD\uFFFDroot signed in")]
    [InlineData("\u001b[2Jada", "\uFFFD[2Jada")]
    [InlineData("ada\u202Etxt", "ada\uFFFDtxt")]
    [InlineData("ad\u200Ba", "ad\uFFFDa")]
    [InlineData("\uD800", "\uFFFD")]
    [InlineData("local", "person 'local'")]
    [InlineData("Service", "person 'Service'")]
    [InlineData("", "person ''")]
    public void CleanName_ShowsWhatWouldHide_AndKeepsOurNamesOurs(string name, string expected) => Assert.Equal(expected, AccessIdentity.CleanName(name));

    [Fact]
    public void CleanName_TooLong_IsCut() => Assert.Equal(AccessIdentity.LongestName, AccessIdentity.CleanName(new string('a', 5_000)).Length);

    [Theory]
    [InlineData("roles", """kubememory-operator""", "operator")]
    [InlineData("roles", """watchers""", "viewer")]
    [InlineData("roles", """kubememory-operator-not""", null)]
    [InlineData("roles", """KUBEMEMORY-OPERATOR""", null)]
    [InlineData("realm_access.roles", """{"roles":["x","kubememory-operator"]}""", "operator")]
    [InlineData("realm_access.roles", """{"roles":"watchers"}""", "viewer")]
    [InlineData("realm_access.roles", """{"roles":{"kubememory-operator":true}}""", null)]
    [InlineData("realm_access.roles", """kubememory-operator""", null)]
    [InlineData("realm_access.roles", """[]""", null)]
    public void Claims_OfAProvider_BecomeOneRole(string claim, string value, string? expected)
    {
        var options = new OpenIdOptions { RoleClaim = claim, ViewerRole = "watchers" };
        var provider = new ClaimsPrincipal(new ClaimsIdentity([new("sub", "17"), new(claim.Split('.')[0], value), new("role", "operator"), new(ClaimTypes.Role, "operator")], "jwt"));

        var user = OpenIdClaims.Read(provider, options, "test");

        Assert.Equal((expected, "17"), (user.RoleOf(), user.Identity!.Name));
    }

    [Fact]
    public void Claims_WithoutAViewerRole_MakeEverybodyAViewer() =>
        Assert.Equal(AccessRoles.Viewer, OpenIdClaims.Read(new ClaimsPrincipal(new ClaimsIdentity([new("sub", "17")], "jwt")), new OpenIdOptions(), "test").RoleOf());
}

using System.Globalization;
using System.Security.Claims;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace KubeMemory.Web.SignIn;

/// <summary>What the cookie holds of somebody who has signed in: the claims that pages and API calls go by, and what the sign-in rests on.</summary>
internal static class SignInTicket
{
    /// <summary>A hash of the key, or of the provider's address, that the sign-in was made with.</summary>
    private const string Proof = "kubememory:proof";

    // What the antiforgery tokens are bound to, too.
    private const string Id = ClaimTypes.NameIdentifier;
    private const string Session = "kubememory:session";
    private const string Until = "kubememory:until";

    /// <param name="id">Unique and lasting, like <c>key:ann</c> or the provider's subject.</param>
    /// <param name="name">As the audit log and the page's head name them.</param>
    /// <param name="role">One of <see cref="AccessRoles"/>.</param>
    /// <param name="until">When the sign-in ends whatever happens; null: when the cookie does.</param>
    public static ClaimsPrincipal Issue(string id, string name, string role, string proof, DateTimeOffset? until = null) =>
        Make(id, name, role, proof, Guid.NewGuid().ToString("N"), until);

    /// <summary>The same sign-in, in another role.</summary>
    public static ClaimsPrincipal WithRole(ClaimsPrincipal ticket, string role) =>
        Make(IdOf(ticket)!, ticket.Identity!.Name!, role, ProofOf(ticket)!, SessionOf(ticket)!, UntilOf(ticket));

    public static string? IdOf(ClaimsPrincipal user) => user.FindFirst(Id)?.Value;

    /// <summary>Null: not one of ours, nobody has signed in.</summary>
    public static string? ProofOf(ClaimsPrincipal user) => user.FindFirst(Proof)?.Value;

    public static string? SessionOf(ClaimsPrincipal user) => user.FindFirst(Session)?.Value;

    public static DateTimeOffset? UntilOf(ClaimsPrincipal user) =>
        user.FindFirst(Until) is { } until ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(until.Value, CultureInfo.InvariantCulture)) : null;

    private static ClaimsPrincipal Make(string id, string name, string role, string proof, string session, DateTimeOffset? until)
    {
        var ticket = AccessIdentity.Create(name, role, CookieAuthenticationDefaults.AuthenticationScheme);
        var identity = (ClaimsIdentity)ticket.Identity!;
        identity.AddClaims([new(Id, id), new(Proof, proof), new(Session, session)]);
        if (until is { } end)
        {
            identity.AddClaim(new(Until, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }

        return ticket;
    }
}

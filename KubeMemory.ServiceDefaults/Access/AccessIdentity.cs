using System.Globalization;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>Who asks, as all services know them: a name and one of <see cref="AccessRoles"/>.</summary>
public static class AccessIdentity
{
    /// <summary>Who shows nothing, in mode Local.</summary>
    public const string Nobody = "nobody";

    /// <summary>The holder of the key file.</summary>
    public const string Local = "local";

    /// <summary>A service that asks for itself.</summary>
    public const string Service = "service";

    /// <summary>Of a name. Characters.</summary>
    public const int LongestName = 200;

    private const string NameClaim = "name";
    private const string RoleClaim = "role";

    /// <summary>Names that mean something here: nobody else may be called so.</summary>
    internal static IReadOnlyList<string> Reserved { get; } = [Nobody, Local, Service];

    /// <param name="role">Of <see cref="AccessRoles"/>; null: known, and without any right.</param>
    /// <param name="means">How it is known that it is them: what ASP.NET calls the authentication type.</param>
    public static ClaimsPrincipal Create(string name, string? role, string means)
    {
        var identity = new ClaimsIdentity(means, NameClaim, RoleClaim);
        identity.AddClaim(new Claim(NameClaim, name));
        if (role is not null)
        {
            identity.AddClaim(new Claim(RoleClaim, role));
        }

        return new ClaimsPrincipal(identity);
    }

    /// <summary>Nobody has shown who they are, though they may read.</summary>
    public static bool IsNobody(this ClaimsPrincipal user) => user.Identity is not { IsAuthenticated: true } or { Name: Nobody };

    /// <summary>May read everything.</summary>
    public static bool MayRead(this ClaimsPrincipal user) => user.IsInRole(AccessRoles.Viewer) || user.MayChange();

    /// <summary>May change what is remembered.</summary>
    public static bool MayChange(this ClaimsPrincipal user) => user.IsInRole(AccessRoles.Operator);

    /// <summary>The role as the services tell it to each other; null where there is none.</summary>
    public static string? RoleOf(this ClaimsPrincipal user) => user.MayChange() ? AccessRoles.Operator : user.MayRead() ? AccessRoles.Viewer : null;

    /// <summary>
    /// A name that somebody else has chosen (an identity provider's user), fit for logs, headers and the audit log: what would not be seen, or
    /// would turn the writing around, is U+FFFD; and nobody can call themselves by one of our own names.
    /// </summary>
    public static string CleanName(string name)
    {
        var clean = Visible(name);
        clean = clean.Length > LongestName ? clean[..LongestName] : clean;
        return Reserved.Contains(clean, StringComparer.OrdinalIgnoreCase) || clean.Length == 0 ? $"person '{clean}'" : clean;
    }

    /// <summary>1 to <see cref="LongestName"/> characters, all to be seen as they are.</summary>
    internal static bool IsPlain(string name) => name.Length is > 0 and <= LongestName && name == Visible(name) && name.Trim() == name;

    /// <summary>Text of others as a line of a log may have it.</summary>
    internal static string Visible(string text) => string.Concat(text.EnumerateRunes().Select(rune => Rune(rune)));

    /// <summary>The request comes from this machine: over loopback, a Unix socket or a named pipe, or from within the process.</summary>
    internal static bool IsFromHere(HttpContext context) => context.Connection.RemoteIpAddress is not { } address || IsLoopback(address);

    internal static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    // A surrogate without its partner is enumerated as U+FFFD.
    private static string Rune(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        ? "\uFFFD"
        : rune.ToString();
}

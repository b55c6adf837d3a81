using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace KubeMemory.Web.SignIn;

/// <summary>What the sign-in page shows.</summary>
/// <param name="Back">Where it leads to, a path of ours.</param>
/// <param name="KeyFile">Where the key is to be found, in mode Local.</param>
/// <param name="Provider">The identity provider's host, in that mode.</param>
/// <param name="Calm">Whether the notice is no failure.</param>
public sealed record SignInView(
    AccessMode Mode, Person Person, string Back, string? KeyFile, string? Provider, string? Notice, bool Calm, AntiforgeryTokenSet Antiforgery);

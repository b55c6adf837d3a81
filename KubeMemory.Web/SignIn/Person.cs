using System.Security.Claims;
using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Web.SignIn;

/// <summary>Who looks at a page, and what they may do.</summary>
/// <param name="Name">Null: nobody has signed in.</param>
/// <param name="Role">One of <see cref="AccessRoles"/>; null: may not even look.</param>
public sealed record Person(string? Name, string? Role)
{
    /// <summary>Whoever has not signed in, in mode Local.</summary>
    public static Person LocalReader { get; } = new(null, AccessRoles.Viewer);

    /// <summary>Whoever has not signed in, in the other modes, and whose sign-in has ended.</summary>
    public static Person Nobody { get; } = new(null, null);

    public bool IsSignedIn => Name is not null;

    public bool MayLook => Role is not null;

    public bool MayAct => Role == AccessRoles.Operator;

    /// <summary>Why this person may not make changes, and what would help; null for an operator.</summary>
    public string? CannotActBecause => MayAct ? null
        : IsSignedIn ? $"You are signed in as {Name}, who may look only; an operator may make changes."
        : "Sign in to make changes.";

    internal static Person Of(ClaimsPrincipal user, AccessMode mode)
    {
        if (SignInTicket.ProofOf(user) is null)
        {
            return mode == AccessMode.Local ? LocalReader : Nobody;
        }

        return new Person(user.Identity?.Name ?? "", user.RoleOf());
    }
}

using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.Extensions.Options;

namespace KubeMemory.Web.SignIn;

/// <summary>
/// Knows who may sign in and whose sign-in still holds. A sign-in ends with the key that it was made with: when the key file changes, when
/// a key leaves the settings, when the provider is another one. Thread-safe.
/// </summary>
internal sealed partial class SignInDesk(IOptions<AccessOptions> options, AccessKeys keys, SignInToken token, TimeProvider time, ILogger<SignInDesk> logger)
{
    /// <summary>How many sign-outs are remembered; of more, the oldest cookies could be used again by whoever has stolen one.</summary>
    private const int EndedCapacity = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _ended = [];
    private readonly Queue<string> _endedInOrder = new();

    public AccessMode Mode => options.Value.Chosen;

    /// <summary>Where the key is to be found in mode Local; null in the others.</summary>
    public string? KeyFile => keys.KeyFile;

    /// <summary>What a sign-in at the identity provider rests on.</summary>
    public string ProviderProof => Digest($"{options.Value.OpenIdConnect.Authority} {options.Value.OpenIdConnect.ClientId}");

    /// <summary>The holder of this start's link; null: used already, or of another start.</summary>
    public ClaimsPrincipal? ByToken(string text) => Mode == AccessMode.Local && token.TryRedeem(text) && LocalHolder() is { } holder ? Issue(holder) : null;

    /// <summary>The holder of a key that somebody has typed.</summary>
    public ClaimsPrincipal? ByKey(string text)
    {
        var typed = Digest(text.Trim());
        // Every one is compared, so that the time says nothing of how many there are before it.
        Holder? found = null;
        foreach (var holder in Holders())
        {
            found = IsSame(holder.Proof, typed) ? holder : found;
        }

        return found is null ? null : Issue(found);
    }

    /// <summary>The same principal where the sign-in holds; another where its role has changed; null where it has ended.</summary>
    public ClaimsPrincipal? Renewed(ClaimsPrincipal user)
    {
        if (SignInTicket.ProofOf(user) is not { } proof || HasEnded(user))
        {
            return null;
        }

        if (Mode == AccessMode.OpenIdConnect)
        {
            return IsSame(proof, ProviderProof) ? user : null;
        }

        var id = SignInTicket.IdOf(user);
        return Holders().FirstOrDefault(holder => IdOf(holder.Name) == id && IsSame(holder.Proof, proof)) is { } holds
            ? user.RoleOf() == holds.Role ? user : SignInTicket.WithRole(user, holds.Role)
            : null;
    }

    /// <summary>Whoever looks, at this moment.</summary>
    public Person PersonOf(ClaimsPrincipal user) => Person.Of(user, Mode);

    /// <summary>A copy of the cookie is worth nothing after this.</summary>
    public void End(ClaimsPrincipal user)
    {
        if (SignInTicket.SessionOf(user) is not { } session)
        {
            return;
        }

        lock (_lock)
        {
            if (_ended.Add(session))
            {
                _endedInOrder.Enqueue(session);
            }

            if (_endedInOrder.Count > EndedCapacity)
            {
                _ended.Remove(_endedInOrder.Dequeue());
            }
        }
    }

    private bool HasEnded(ClaimsPrincipal user)
    {
        if (SignInTicket.UntilOf(user) <= time.GetUtcNow())
        {
            return true;
        }

        lock (_lock)
        {
            return SignInTicket.SessionOf(user) is not { } session || _ended.Contains(session);
        }
    }

    private IEnumerable<Holder> Holders() => Mode switch
    {
        AccessMode.Local => LocalHolder() is { } holder ? [holder] : [],
        AccessMode.ApiKey => options.Value.Keys.Select(key => new Holder(key.Name, key.Role, Digest(key.Key))),
        _ => [],
    };

    private Holder? LocalHolder()
    {
        try
        {
            return new Holder(AccessIdentity.Local, AccessRoles.Operator, Digest(LocalKey.ReadOrCreate(KeyFile!)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.KeyFileUnreadable(logger, e.Message);
            return null;
        }
    }

    private static ClaimsPrincipal Issue(Holder holder) => SignInTicket.Issue(IdOf(holder.Name), holder.Name, holder.Role, holder.Proof);

    private static string IdOf(string name) => "key:" + name;

    private static string Digest(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static bool IsSame(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));

    private sealed record Holder(string Name, string Role, string Proof);

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "Nobody can sign in: {Reason}")]
        public static partial void KeyFileUnreadable(ILogger logger, string reason);
    }
}

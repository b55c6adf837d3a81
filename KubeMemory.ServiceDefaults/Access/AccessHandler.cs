using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>
/// Finds out who asks: by a key, by a token of the identity provider, by the browser's cookie, or, in mode Local, by asking from this machine. A key or
/// token that is shown and wrong is refused, also where one would have got an answer without.
/// </summary>
internal sealed partial class AccessHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IOptions<AccessOptions> access,
    IOptions<AccessHostOptions> host,
    IOptionsMonitor<JwtBearerOptions> tokens,
    AccessKeys keys,
    FailedAttempts attempts) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "KubeMemory";

    private const string Bearer = "Bearer";

    private AccessMode Mode => access.Value.Chosen;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var named = Request.Headers[AccessHeaders.Key];
        var bearer = BearerOf(Request.Headers.Authorization);
        if (named.Count + bearer.Count > 1)
        {
            return Fail($"Show one key: {AccessHeaders.Key} or Authorization: {Bearer}, once.");
        }

        if (bearer.Count == 1 && Mode == AccessMode.OpenIdConnect && IsToken(bearer[0]!) && keys.Find(bearer[0]!) is null)
        {
            return SaysForWhom() ? Fail(NotForYou) : await ByTokenAsync();
        }

        if (named.Count + bearer.Count == 1)
        {
            return ByKey(named.Count == 1 ? named[0] ?? "" : bearer[0]!);
        }

        return SaysForWhom() ? Fail(NotForYou) : await WithoutKeyAsync();
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failure = (await HandleAuthenticateOnceSafeAsync()).Failure;
        if (failure is null && IsPage() && host.Value.BrowserScheme is { } browser)
        {
            await Context.ChallengeAsync(browser, properties);
            return;
        }

        if (failure is RefusedException { Wait: { } wait })
        {
            Refusal.RetryAfter(Context, wait);
            await Refusal.WriteAsync(Context, ((RefusedException)failure).Status, failure.Message);
            return;
        }

        Response.Headers.WWWAuthenticate = failure is null ? $"{Bearer} realm=\"KubeMemory\"" : $"{Bearer} realm=\"KubeMemory\", error=\"invalid_token\"";
        await Refusal.WriteAsync(Context, StatusCodes.Status401Unauthorized, failure is RefusedException ? failure.Message : $"This takes somebody who is known: {HowToComeIn()}.");
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Context.User.IsNobody())
        {
            // Who they are is what is missing, not a right.
            await HandleChallengeAsync(properties);
        }
        else if (IsPage() && host.Value.BrowserScheme is { } browser)
        {
            await Context.ForbidAsync(browser, properties);
        }
        else
        {
            var who = Context.User.Identity?.Name;
            await Refusal.WriteAsync(Context, StatusCodes.Status403Forbidden, Context.User.MayRead()
                ? $"'{who}' may read but not change anything; ask for the role {AccessRoles.Operator}."
                : $"'{who}' is known but has no role here; ask for {AccessRoles.Viewer} or {AccessRoles.Operator}.");
        }
    }

    private static StringValues BearerOf(StringValues authorization) => authorization
        .Where(value => value is not null && (value.Equals(Bearer, StringComparison.OrdinalIgnoreCase) || value.StartsWith(Bearer + " ", StringComparison.OrdinalIgnoreCase)))
        .Select(value => value![Bearer.Length..].Trim())
        .ToArray();

    /// <summary>Three parts with dots between them.</summary>
    private static bool IsToken(string value) => value.Count(c => c == '.') == 2;

    private AuthenticateResult ByKey(string key)
    {
        var holder = keys.Find(key);
        // The services' own key cannot be guessed, and must not be shut out because somebody at the same address guesses.
        if (holder is not { IsService: true } && attempts.WaitOf(Context.Connection.RemoteIpAddress) is { Ticks: > 0 } wait)
        {
            return AuthenticateResult.Fail(new RefusedException(
                StatusCodes.Status429TooManyRequests, $"More than {FailedAttempts.PerMinute} wrong keys came from this address within a minute; wait as long as Retry-After says.", wait));
        }

        if (holder is null)
        {
            Count();
            return Fail($"The key is not known; {HowToComeIn()}.");
        }

        if (!SaysForWhom())
        {
            return Known(holder.Name, holder.Role);
        }

        return !holder.IsService ? Fail(NotForYou)
            : ForWhom() is var (user, role) ? Known(user, role)
            : Fail($"{AccessHeaders.User} must be one percent-encoded name of at most {AccessIdentity.LongestName} characters without control characters, and {AccessHeaders.Role} {AccessRoles.Viewer} or {AccessRoles.Operator}.");
    }

    private const string NotForYou = $"{AccessHeaders.User} and {AccessHeaders.Role} are for KubeMemory's own services, which show the service key; leave them out.";

    private bool SaysForWhom() => Request.Headers.ContainsKey(AccessHeaders.User) || Request.Headers.ContainsKey(AccessHeaders.Role);

    private (string User, string Role)? ForWhom()
    {
        if (Request.Headers[AccessHeaders.User] is not [{ } encoded] || Request.Headers[AccessHeaders.Role] is not [AccessRoles.Viewer or AccessRoles.Operator] || encoded.Length > 12 * AccessIdentity.LongestName)
        {
            return null;
        }

        var user = Uri.UnescapeDataString(encoded);
        // One name has one spelling: what is not UTF-8, or encoded halfway, is nobody's.
        return AccessIdentity.IsPlain(user) && string.Equals(Uri.EscapeDataString(user), encoded, StringComparison.OrdinalIgnoreCase)
            ? (user, Request.Headers[AccessHeaders.Role].ToString())
            : null;
    }

    private async Task<AuthenticateResult> ByTokenAsync()
    {
        try
        {
            // Known from then on; the check of the token would only say that it knows no key for it.
            await tokens.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(Context.RequestAborted);
        }
        catch (InvalidOperationException silent)
        {
            // "IDX20803: Unable to obtain configuration from: '…/.well-known/openid-configuration'."
            Log.ProviderSilent(Logger, access.Value.OpenIdConnect.Authority, silent.Message);
            return AuthenticateResult.Fail(new RefusedException(
                StatusCodes.Status503ServiceUnavailable, "The identity provider does not answer, so that nobody's token can be checked; try again in a few seconds, or use a key.", TimeSpan.FromSeconds(5)));
        }

        var result = await Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (result.Succeeded)
        {
            return Known(OpenIdClaims.Read(result.Principal, access.Value.OpenIdConnect, JwtBearerDefaults.AuthenticationScheme));
        }

        Count(result.Failure?.Message);
        return Fail($"The token is not valid here (wrong issuer, audience or signature, or expired); get a new one of {access.Value.OpenIdConnect.Authority}.");
    }

    private async Task<AuthenticateResult> WithoutKeyAsync()
    {
        if (host.Value.BrowserScheme is { } browser && await Context.AuthenticateAsync(browser) is { Succeeded: true } signedIn)
        {
            return AuthenticateResult.Success(new AuthenticationTicket(signedIn.Principal, signedIn.Properties, Scheme.Name));
        }

        return Mode == AccessMode.Local && AccessIdentity.IsFromHere(Context) ? Known(AccessIdentity.Nobody, AccessRoles.Viewer) : AuthenticateResult.NoResult();
    }

    private AuthenticateResult Known(string name, string role) => Known(AccessIdentity.Create(name, role, Scheme.Name));

    private AuthenticateResult Known(System.Security.Claims.ClaimsPrincipal user) => AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name));

    private static AuthenticateResult Fail(string sentence) => AuthenticateResult.Fail(new RefusedException(StatusCodes.Status401Unauthorized, sentence, wait: null));

    /// <summary>Who opens an address in a browser, and not a script of a page.</summary>
    private bool IsPage() => HttpMethods.IsGet(Request.Method) && Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private string HowToComeIn() => Mode switch
    {
        AccessMode.Local => $"send the key of {keys.KeyFile} as {AccessHeaders.Key}",
        AccessMode.ApiKey => $"send a key of {AccessOptions.Section}:{nameof(AccessOptions.Keys)} as {AccessHeaders.Key} or as Authorization: {Bearer}",
        _ => $"send a token of {access.Value.OpenIdConnect.Authority} as Authorization: {Bearer}, or a key as {AccessHeaders.Key}",
    };

    private void Count(string? reason = null)
    {
        var address = Context.Connection.RemoteIpAddress;
        if (reason is not null)
        {
            // A token cannot be guessed, and one that has expired is nobody's attack.
            Log.WrongToken(Logger, address, Request.Method, Request.Path.ToUriComponent(), AccessIdentity.Visible(reason));
            return;
        }

        switch (attempts.Add(address))
        {
            case < FailedAttempts.PerMinute:
                Log.WrongKey(Logger, address, Request.Method, Request.Path.ToUriComponent());
                break;
            case FailedAttempts.PerMinute:
                Log.TooManyWrongKeys(Logger, FailedAttempts.PerMinute, address);
                break;
        }
    }

    private sealed class RefusedException(int status, string message, TimeSpan? wait) : Exception(message)
    {
        public int Status { get; } = status;

        public TimeSpan? Wait { get; } = wait;
    }

    private static partial class Log
    {
        [LoggerMessage(170, LogLevel.Warning, "A wrong key came from {Address}, for {Method} {Path}")]
        public static partial void WrongKey(ILogger logger, System.Net.IPAddress? address, string method, string path);

        [LoggerMessage(171, LogLevel.Warning, "{Count} wrong keys came from {Address} within a minute; until it is over none is looked at")]
        public static partial void TooManyWrongKeys(ILogger logger, int count, System.Net.IPAddress? address);

        [LoggerMessage(172, LogLevel.Warning, "A token that is not valid came from {Address}, for {Method} {Path}: {Reason}")]
        public static partial void WrongToken(ILogger logger, System.Net.IPAddress? address, string method, string path, string reason);

        [LoggerMessage(173, LogLevel.Error, "The identity provider {Authority} does not answer: {Reason}")]
        public static partial void ProviderSilent(ILogger logger, Uri? authority, string reason);
    }
}

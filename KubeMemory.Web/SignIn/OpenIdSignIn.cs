using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace KubeMemory.Web.SignIn;

/// <summary>Signing in at an identity provider: authorization code with PKCE, roles by <see cref="OpenIdOptions"/>.</summary>
internal sealed partial class OpenIdSignIn(IOptions<AccessOptions> access, SignInDesk desk, IServiceProvider services, TimeProvider time, ILogger<OpenIdSignIn> logger)
    : IConfigureNamedOptions<OpenIdConnectOptions>
{
    public const string Scheme = OpenIdConnectDefaults.AuthenticationScheme;
    public const string CallbackPath = "/login/callback";
    public const string SignedOutPath = "/logout/callback";

    /// <summary>Whom the provider has let go may stay this long; then it is asked again, mostly without the person noticing.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(8);

    private const string IdToken = "id_token";

    public void Configure(OpenIdConnectOptions options)
    {
    }

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        if (name != Scheme)
        {
            return;
        }

        var provider = access.Value.OpenIdConnect;
        options.Authority = provider.Authority?.AbsoluteUri;
        options.ClientId = provider.ClientId;
        options.ClientSecret = provider.ClientSecret;
        // Without TLS only on this machine, for trying it out.
        options.RequireHttpsMetadata = provider.Authority is not { IsLoopback: true };
        options.SignInScheme = options.SignOutScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // The answer comes by a plain navigation, which brings lax cookies along; a form of another site would not.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.CallbackPath = CallbackPath;
        options.SignedOutCallbackPath = SignedOutPath;
        options.RemoteSignOutPath = default;
        options.SaveTokens = true;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.MapAll();
        // What holds several is several claims, as in a token.
        options.ClaimActions.MapJsonKey(provider.RoleClaim, provider.RoleClaim);
        options.Events.OnTicketReceived = IssueAsync;
        options.Events.OnRemoteFailure = RefuseAsync;
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }
    }

    /// <summary>Sends the browser on to the provider, so that its sign-in ends, too; false where the provider offers no such thing or is away.</summary>
    public async Task<bool> TrySignOutAsync(HttpContext context, string goodbye)
    {
        var options = services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(Scheme);
        try
        {
            var configuration = await options.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
            if (string.IsNullOrEmpty(configuration.EndSessionEndpoint))
            {
                return false;
            }

            await context.SignOutAsync(Scheme, new AuthenticationProperties { RedirectUri = goodbye });
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException)
        {
            Log.NotSignedOut(logger, e.GetBaseException().Message);
            return false;
        }
    }

    private Task IssueAsync(TicketReceivedContext context)
    {
        var user = OpenIdClaims.Read(context.Principal!, access.Value.OpenIdConnect, Scheme);
        var name = user.Identity!.Name!;
        if (user.RoleOf() is not { } role)
        {
            Log.NoRole(logger, name, access.Value.OpenIdConnect.RoleClaim);
            context.Response.Redirect(SignInEndpoints.LoginAddress(context.ReturnUri, SignInNotice.NoRole));
            context.HandleResponse();
            return Task.CompletedTask;
        }

        var until = time.GetUtcNow() + Lasts;
        var properties = context.Properties!;
        // Of the tokens only the one that a sign-out names: the others are nobody's business here, and cookies are short.
        properties.StoreTokens(properties.GetTokens().Where(token => token.Name == IdToken).ToList());
        properties.IsPersistent = true;
        properties.AllowRefresh = false;
        properties.ExpiresUtc = until;
        context.Principal = SignInTicket.Issue("openid:" + context.Principal!.FindFirst("sub")?.Value, name, role, desk.ProviderProof, until);
        Log.SignedIn(logger, name, role);
        return Task.CompletedTask;
    }

    private Task RefuseAsync(RemoteFailureContext context)
    {
        Log.Refused(logger, context.Failure?.GetBaseException().Message ?? "no reason given");
        context.Response.Redirect(SignInEndpoints.LoginAddress(ReturnPath.Of(context.Properties?.RedirectUri), SignInNotice.ProviderRefused));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(36, LogLevel.Information, "{User} has signed in at the identity provider as {Role}")]
        public static partial void SignedIn(ILogger logger, string user, string role);

        [LoggerMessage(37, LogLevel.Warning, "{User} has no role here by the claim {Claim}")]
        public static partial void NoRole(ILogger logger, string user, string claim);

        [LoggerMessage(38, LogLevel.Warning, "The identity provider did not sign somebody in: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(39, LogLevel.Warning, "Signed out here, but not at the identity provider: {Reason}")]
        public static partial void NotSignedOut(ILogger logger, string reason);
    }
}

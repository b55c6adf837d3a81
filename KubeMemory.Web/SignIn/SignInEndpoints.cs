using System.Security.Claims;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace KubeMemory.Web.SignIn;

/// <summary>
/// Signing in and out, by plain forms that work without script. What goes wrong is said on the page that the browser is sent to next, so
/// that no address with a secret stays in it and reading a page again repeats nothing.
/// </summary>
internal static partial class SignInEndpoints
{
    public const string LoginPath = "/login";
    public const string ProviderPath = "/login/provider";
    public const string LogoutPath = "/logout";

    /// <summary>Where to go afterwards.</summary>
    public const string ReturnParameter = "return";

    public const string TokenParameter = "t";
    public const string NoticeParameter = "said";
    public const string KeyField = "key";

    /// <summary>A key is a line; nobody needs to send more.</summary>
    private const int LongestForm = 16 * 1024;

    public static void MapSignIn(this WebApplication app)
    {
        var everybody = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        everybody.MapGet(LoginPath, ShowAsync);
        everybody.MapGet(ProviderPath, GoToProviderAsync);
        everybody.MapPost(LoginPath, TakeKeyAsync).WithMetadata(new RequestSizeLimit(LongestForm));
        everybody.MapPost(LogoutPath, SignOutAsync).WithMetadata(new RequestSizeLimit(LongestForm));
    }

    public static string LoginAddress(string? returnPath, string? notice = null)
    {
        var query = QueryString.Empty;
        if (notice is not null)
        {
            query = query.Add(NoticeParameter, notice);
        }

        return LoginPath + (returnPath is null or ReturnPath.Home ? query : query.Add(ReturnParameter, returnPath));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, SignInDesk desk, ILogger<SignInDesk> logger)
    {
        var query = context.Request.Query;
        var back = ReturnPath.Of(query[ReturnParameter]);
        if (query[TokenParameter].ToString() is not { Length: > 0 } token)
        {
            return Page(context, back, query[NoticeParameter]);
        }

        if (desk.ByToken(token) is { } holder)
        {
            await SignInAsync(context, holder, logger);
            return new SeeOther(back);
        }

        // The link once more, by who has come in by it: nothing is wrong.
        if (desk.PersonOf(context.User).MayAct)
        {
            return new SeeOther(back);
        }

        Log.Refused(logger, "a link that is used or old", context.Connection.RemoteIpAddress);
        return new SeeOther(LoginAddress(back, desk.Mode == AccessMode.Local ? SignInNotice.UsedLink : null));
    }

    private static async Task<IResult> TakeKeyAsync(HttpContext context, SignInDesk desk, IAntiforgery antiforgery, FailedAttempts failed, ILogger<SignInDesk> logger)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Page(context, ReturnPath.Home, SignInNotice.OldForm, StatusCodes.Status400BadRequest);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = ReturnPath.Of(form[ReturnParameter]);
        var from = context.Connection.RemoteIpAddress;
        if (failed.WaitOf(from) > TimeSpan.Zero)
        {
            return new SeeOther(LoginAddress(back, SignInNotice.TooMany));
        }

        if (desk.ByKey(form[KeyField].ToString()) is { } holder)
        {
            await SignInAsync(context, holder, logger);
            return new SeeOther(back);
        }

        failed.Add(from);
        Log.Refused(logger, "a wrong key", from);
        return new SeeOther(LoginAddress(back, SignInNotice.WrongKey));
    }

    private static async Task<IResult> GoToProviderAsync(HttpContext context, SignInDesk desk, ILogger<SignInDesk> logger)
    {
        var back = ReturnPath.Of(context.Request.Query[ReturnParameter]);
        if (desk.Mode != AccessMode.OpenIdConnect)
        {
            return new SeeOther(LoginAddress(back));
        }

        try
        {
            await context.ChallengeAsync(OpenIdSignIn.Scheme, new AuthenticationProperties { RedirectUri = back });
            return Results.Empty;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException)
        {
            // "IDX20803: Unable to obtain configuration from: 'https://…/.well-known/openid-configuration'."
            Log.ProviderAway(logger, e.GetBaseException().Message);
            return new SeeOther(LoginAddress(back, SignInNotice.ProviderAway));
        }
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, SignInDesk desk, IAntiforgery antiforgery, OpenIdSignIn provider, ILogger<SignInDesk> logger)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Page(context, ReturnPath.Home, SignInNotice.OldForm, StatusCodes.Status400BadRequest);
        }

        var person = desk.PersonOf(context.User);
        if (person.IsSignedIn)
        {
            Log.SignedOut(logger, person.Name!);
        }

        desk.End(context.User);
        var goodbye = LoginAddress(null, SignInNotice.SignedOut);
        var atProvider = desk.Mode == AccessMode.OpenIdConnect && person.IsSignedIn && await provider.TrySignOutAsync(context, goodbye);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return atProvider ? Results.Empty : new SeeOther(goodbye);
    }

    private static async Task SignInAsync(HttpContext context, ClaimsPrincipal holder, ILogger logger)
    {
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, holder, new AuthenticationProperties { IsPersistent = true });
        Log.SignedIn(logger, holder.Identity!.Name!, holder.RoleOf()!);
    }

    private static RazorComponentResult<SignInPage> Page(HttpContext context, string back, string? notice, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.CacheControl = "no-store";
        var services = context.RequestServices;
        var desk = services.GetRequiredService<SignInDesk>();
        var provider = services.GetRequiredService<IOptions<AccessOptions>>().Value.OpenIdConnect.Authority?.Host;
        var view = new SignInView(
            desk.Mode,
            desk.PersonOf(context.User),
            back,
            desk.KeyFile,
            provider,
            SignInNotice.Text(notice, desk.Mode, provider),
            SignInNotice.IsCalm(notice),
            services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context));
        return new RazorComponentResult<SignInPage>(new Dictionary<string, object?> { [nameof(SignInPage.View)] = view }) { StatusCode = status };
    }

    /// <summary>The browser asks for that page next, by GET whatever it has sent.</summary>
    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }

    private sealed record RequestSizeLimit(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata;

    private static partial class Log
    {
        [LoggerMessage(31, LogLevel.Information, "{User} has signed in as {Role}")]
        public static partial void SignedIn(ILogger logger, string user, string role);

        [LoggerMessage(32, LogLevel.Information, "{User} has signed out")]
        public static partial void SignedOut(ILogger logger, string user);

        [LoggerMessage(33, LogLevel.Warning, "Refused a sign-in by {What} from {Address}")]
        public static partial void Refused(ILogger logger, string what, System.Net.IPAddress? address);

        [LoggerMessage(34, LogLevel.Warning, "The identity provider cannot be asked: {Reason}")]
        public static partial void ProviderAway(ILogger logger, string reason);
    }
}

using System.Security.Cryptography;
using System.Text;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KubeMemory.Web.SignIn;

internal static class SignInExtensions
{
    /// <summary>How long a sign-in by link or key lasts after the last visit.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(30);

    /// <summary>Read by its name: the options' own check asks the host what it is first.</summary>
    private const string Authority = $"{AccessOptions.Section}:{nameof(AccessOptions.OpenIdConnect)}:{nameof(OpenIdOptions.Authority)}";

    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<SignInToken>();
        services.AddSingleton<SignInDesk>();
        services.AddCascadingAuthenticationState();
        services.AddScoped<CircuitAuthentication>();
        services.Replace(ServiceDescriptor.Scoped<AuthenticationStateProvider>(p => p.GetRequiredService<CircuitAuthentication>()));

        services.AddAuthentication().AddCookie();
        services.AddOptions<AccessHostOptions>().Configure<IConfiguration>((host, configuration) =>
        {
            host.ServesPeople = true;
            host.BrowserScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            host.ContentSecurityPolicy = PagePolicy.Of(configuration[Authority]);
        });
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<AccessOptions>, SignInDesk>((options, access, desk) => Configure(options, access.Value, desk));
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<AccessOptions>>((options, access) =>
        {
            options.Cookie.Name = CookieName("kubememory-form", access.Value);
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The policy of the page says it, for every page.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddProvider();
        return services;
    }

    /// <summary>
    /// A scheme that is there is asked at every request, and this one cannot answer without its settings: it is added where the mode, which
    /// is known when the host has been built, wants it.
    /// </summary>
    private static void AddProvider(this IServiceCollection services)
    {
        services.AddSingleton<OpenIdSignIn>();
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>>(p => p.GetRequiredService<OpenIdSignIn>());
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddTransient<OpenIdConnectHandler>();
        services.AddOptions<AuthenticationOptions>().Configure<IOptions<AccessOptions>>((authentication, access) =>
        {
            if (access.Value.Chosen == AccessMode.OpenIdConnect)
            {
                authentication.AddScheme<OpenIdConnectHandler>(OpenIdSignIn.Scheme, displayName: null);
            }
        });
    }

    private static void Configure(CookieAuthenticationOptions options, AccessOptions access, SignInDesk desk)
    {
        options.Cookie.Name = CookieName("kubememory", access);
        options.Cookie.HttpOnly = true;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        // Where nothing can be read without it, a link in a chat must bring it along; nothing is changed by a link.
        options.Cookie.SameSite = access.Chosen == AccessMode.Local ? SameSiteMode.Strict : SameSiteMode.Lax;
        options.ExpireTimeSpan = Lasts;
        options.SlidingExpiration = true;
        options.LoginPath = SignInEndpoints.LoginPath;
        options.LogoutPath = default;
        options.ReturnUrlParameter = SignInEndpoints.ReturnParameter;
        options.Events.OnValidatePrincipal = context => ValidateAsync(context, desk);
        options.Events.OnRedirectToLogin = ToLogin;
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static Task ValidateAsync(CookieValidatePrincipalContext context, SignInDesk desk)
    {
        var now = desk.Renewed(context.Principal!);
        if (now is null)
        {
            context.RejectPrincipal();
            return context.HttpContext.SignOutAsync(context.Scheme.Name);
        }

        if (!ReferenceEquals(now, context.Principal))
        {
            context.ReplacePrincipal(now);
            context.ShouldRenew = true;
        }

        return Task.CompletedTask;
    }

    /// <summary>A person is sent to the sign-in; a script or a circuit that asks is told so by the status.</summary>
    private static Task ToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Redirect(SignInEndpoints.LoginAddress(ReturnPath.Of(request.Path + request.QueryString)));
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Cookies are shared by all ports of a host: with a name of its own for each installation, two on one machine do not sign each other's
    /// people out. Processes of one installation, which show each other one key, share the name.
    /// </summary>
    private static string CookieName(string prefix, AccessOptions access)
    {
        var installation = access.Chosen == AccessMode.Local ? access.KeyFile ?? LocalKey.DefaultPath : access.ServiceKey ?? "";
        return $"{prefix}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(installation)).AsSpan(0, 4))}";
    }
}

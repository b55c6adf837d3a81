using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>Who may do what, from where: the same in every service.</summary>
public static class AccessExtensions
{
    /// <summary>
    /// Stands before everything that answers, in this order: whose word is taken for where a request comes from, what browsers are told, which hosts and
    /// pages may ask, who it is, what they may, how often.
    /// </summary>
    /// <exception cref="InvalidOperationException">The host was built in a way that would let it listen unguarded.</exception>
    public static WebApplication UseKubeMemoryAccess(this WebApplication app)
    {
        if (app.Services.GetServices<IConnectionListenerFactory>().LastOrDefault() is not WideListening)
        {
            throw new InvalidOperationException("A transport was registered after AddServiceDefaults, so that nothing would keep mode Local from listening to everybody.");
        }

        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<AccessMiddleware>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        return app;
    }

    internal static void AddAccess(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddSingleton<AccessKeys>();
        services.AddSingleton<FailedAttempts>();
        services.AddHostedService<AccessStart>();
        services.AddSingleton<IConnectionListenerFactory, WideListening>();
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.AddProblemDetails();
        services.AddAuthentication(AccessHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, AccessHandler>(AccessHandler.SchemeName, _ => { })
            .AddJwtBearer();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, OpenIdTokens>();
        services.AddAccessRules();
        services.AddRateLimiter(_ => { });
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, WriteLimit>();
        services.AddSingleton<IPostConfigureOptions<ForwardedHeadersOptions>, TrustedProxies>();
    }
}

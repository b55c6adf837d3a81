using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>Which bearer tokens are taken: signed by the provider, made for us, not expired, and made for access.</summary>
internal sealed class OpenIdTokens(IOptions<AccessOptions> access) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        var provider = access.Value.OpenIdConnect;
        options.Authority = provider.Authority?.AbsoluteUri.TrimEnd('/');
        options.Audience = string.IsNullOrEmpty(provider.Audience) ? provider.ClientId : provider.Audience;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.RequireHttpsMetadata = provider.Authority is not { IsLoopback: true };
        options.MapInboundClaims = false;
        options.IncludeErrorDetails = false;
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(60);
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                // What only an ID token has: it says to the dashboard who has signed in, and is no leave to ask the API.
                if (context.Principal!.HasClaim(claim => claim.Type is "at_hash" or "c_hash" || claim is { Type: "typ", Value: "ID" }))
                {
                    context.Fail("It is an ID token; an access token is wanted.");
                }

                return Task.CompletedTask;
            },
        };
    }
}

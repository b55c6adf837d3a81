using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using Xunit;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace KubeMemory.Tests.Access;

/// <summary>
/// An identity provider that speaks the real protocol on loopback: discovery, keys, authorization code with PKCE, client credentials, end of session.
/// Nobody types a password: who comes to sign in is <see cref="Person"/>, at once. It keeps nothing; its keys are made anew for each.
/// </summary>
internal sealed class OpenIdServer : IAsyncDisposable
{
    /// <summary>The dashboard's, with <see cref="ClientSecret"/> or without; every address may be returned to.</summary>
    public const string ClientId = "kubememory";

    public const string ClientSecret = "kubememory-secret";

    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<string> _signIns = new();

    private OpenIdServer(WebApplication app)
    {
        _app = app;
        Authority = new Uri(app.Urls.Single());
        _http = new HttpClient { BaseAddress = Authority };
    }

    public Uri Authority { get; }

    /// <summary>Who signs in next; null: they change their mind, and the provider says access_denied.</summary>
    public OpenIdPerson? Person { get; set; } = new("ada", "kubememory-operator");

    /// <summary>Names of those who signed in, in order.</summary>
    public IReadOnlyCollection<string> SignIns => _signIns;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="time">By which tokens are made: one of yesterday's makes expired ones.</param>
    public static async Task<OpenIdServer> StartAsync(TimeProvider? time = null)
    {
        OpenIdServer? server = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.AddOpenIddict().AddServer(options =>
        {
            options.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetEndSessionEndpointUris("connect/logout");
            options.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowClientCredentialsFlow();
            options.RegisterScopes(Scopes.Profile, Scopes.Email, Scopes.Roles);
            options.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
            options.EnableDegradedMode().UseAspNetCore().DisableTransportSecurityRequirement();
            options.Configure(configured => configured.TimeProvider = time ?? TimeProvider.System);
            options.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                Reject(context, context.ClientId == ClientId);
                return default;
            }));
            options.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                Reject(context, context.ClientId == ClientId && context.ClientSecret is null or ClientSecret);
                return default;
            }));
            options.AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(_ => default));
            options.AddEventHandler<HandleEndSessionRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                context.SignOut();
                return default;
            }));
            options.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                server!.SignIn(context);
                return default;
            }));
            options.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.Request.IsClientCredentialsGrantType())
                {
                    context.SignIn(PrincipalOf(OpenIdPerson.Of(context.Request), context.Request.GetScopes(), (string?)context.Request["for"] ?? ClientId));
                }

                return default;
            }));
        });
        var app = builder.Build();
        app.UseRouting();
        await app.StartAsync(Cancelled);
        server = new OpenIdServer(app);
        return server;
    }

    /// <summary>Settings of a service that trusts this provider.</summary>
    public IEnumerable<(string Key, string Value)> Settings() =>
    [
        ("KubeMemory:Access:Mode", "OpenIdConnect"),
        ("KubeMemory:Access:OpenIdConnect:Authority", Authority.AbsoluteUri),
        ("KubeMemory:Access:OpenIdConnect:ClientId", ClientId),
        ("KubeMemory:Access:OpenIdConnect:ClientSecret", ClientSecret),
    ];

    /// <summary>An access token, as a program gets one with the client's credentials.</summary>
    /// <param name="audience">Whom it is for.</param>
    public async Task<string> TokenAsync(OpenIdPerson person, string audience = ClientId)
    {
        using var asked = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", ClientId), new("client_secret", ClientSecret),
            new("name", person.Name), new("roles", string.Join(' ', person.Roles)), new("for", audience),
        ]);
        using var answer = await _http.PostAsync(new Uri("connect/token", UriKind.Relative), asked, Cancelled);
        var body = await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled);
        return (string?)body!["access_token"] ?? throw new InvalidOperationException($"No token: {body}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static void Reject(BaseValidatingContext context, bool known)
    {
        if (!known)
        {
            context.Reject(Errors.InvalidClient, "The client is not known.");
        }
    }

    private void SignIn(HandleAuthorizationRequestContext context)
    {
        if (Person is not { } person)
        {
            context.Reject(Errors.AccessDenied, "They changed their mind.");
            return;
        }

        _signIns.Enqueue(person.Name);
        context.SignIn(PrincipalOf(person, context.Request.GetScopes(), ClientId));
    }

    private static ClaimsPrincipal PrincipalOf(OpenIdPerson person, IEnumerable<string> scopes, string audience)
    {
        var identity = new ClaimsIdentity("provider", Claims.Name, "roles");
        identity.AddClaim(new Claim(Claims.Subject, $"id-of-{person.Name}"));
        identity.AddClaim(new Claim(Claims.PreferredUsername, person.Name));
        foreach (var role in person.Roles)
        {
            identity.AddClaim(new Claim("roles", role));
        }

        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(scopes).SetResources(audience);
        principal.SetDestinations(_ => [Destinations.AccessToken, Destinations.IdentityToken]);
        return principal;
    }
}

/// <param name="Name">What <c>preferred_username</c> says.</param>
/// <param name="Roles">What <c>roles</c> says.</param>
internal sealed record OpenIdPerson(string Name, params IReadOnlyList<string> Roles)
{
    public static OpenIdPerson Of(OpenIddictRequest request) =>
        new((string?)request["name"] ?? "", ((string?)request["roles"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

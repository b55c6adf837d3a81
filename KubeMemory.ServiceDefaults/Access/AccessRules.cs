using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>What each role may, and what holds where an endpoint says nothing: closed.</summary>
public static class AccessRules
{
    internal static void AddAccessRules(this IServiceCollection services) => services.AddAuthorizationBuilder()
        .AddPolicy(AccessPolicies.Viewer, policy => policy.RequireRole(AccessRoles.Viewer, AccessRoles.Operator))
        .AddPolicy(AccessPolicies.Operator, policy => policy.RequireRole(AccessRoles.Operator))
        .SetDefaultPolicy(Forgotten())
        .SetFallbackPolicy(Forgotten());

    /// <summary>Asks for nothing to be changed. CONNECT opens a WebSocket over HTTP/2.</summary>
    public static bool OnlyReads(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsConnect(method);

    /// <summary>An endpoint without a policy, and an address where nothing is: to read takes a viewer, all else an operator.</summary>
    private static AuthorizationPolicy Forgotten() => new AuthorizationPolicyBuilder()
        .RequireAssertion(context => context.User.MayChange() || (context.User.MayRead() && context.Resource is HttpContext http && OnlyReads(http.Request.Method)))
        .Build();
}

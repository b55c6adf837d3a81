using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Api.Access;

/// <summary>Keeps pages of elsewhere away from a server that listens on loopback without a login.</summary>
public static class AccessExtensions
{
    public static IServiceCollection AddLocalAccess(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddProblemDetails();
        return services;
    }

    /// <summary>To be used before anything that answers, so that WebSockets, SSE and static files are covered too.</summary>
    public static IApplicationBuilder UseLocalAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();
}

using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Api.Status;

internal static class StatusEndpoints
{
    public static IServiceCollection AddStatus(this IServiceCollection services)
    {
        services.AddSingleton<StatusReader>();
        services.AddHealthChecks().AddCheck<EnginesHealthCheck>("engines");
        return services;
    }

    public static IEndpointRouteBuilder MapStatus(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/api/status", Reading.Methods, (StatusReader status, CancellationToken cancellationToken) => status.ReadAsync(cancellationToken))
            .WithName("GetStatus")
            .WithTags("status")
            .RequireAuthorization(AccessPolicies.Viewer)
            .WithSummary("How KubeMemory itself does: what is watched, what is missing, what was counted at each gate.")
            .Produces<SystemStatus>();
        return app;
    }
}

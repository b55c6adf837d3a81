using KubeMemory.Api.Analysis;
using KubeMemory.Api.Audit;
using KubeMemory.Api.DeadLetters;
using KubeMemory.Api.Errors;
using KubeMemory.Api.Fixes;
using KubeMemory.Api.Graph;
using KubeMemory.Api.Incidents;
using KubeMemory.Api.Live;
using KubeMemory.Api.Memory;
using KubeMemory.Api.OpenApi;
using KubeMemory.Api.Projection;
using KubeMemory.Api.Startup;
using KubeMemory.Api.Status;
using KubeMemory.Core.Contracts;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KubeMemory.Api;

/// <summary>The API, feature by feature. Who hosts it registers the engines, and the ingest where it is to run.</summary>
public static class KubeMemoryApi
{
    public static WebApplicationBuilder AddKubeMemoryApi(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(options => ContractJson.Configure(options.SerializerOptions));
        builder.Services.Configure<AccessHostOptions>(host => host.ServesPeople = true);
        builder.Services.AddProblems();
        builder.Services.AddLive();
        builder.Services.AddMemory();
        builder.Services.AddFixes();
        builder.Services.AddAnalysis();
        builder.Services.AddStatus();
        builder.Services.AddOpenApiDocument();
        return builder;
    }

    public static WebApplication MapKubeMemoryApi(this WebApplication app)
    {
        app.UseProblems();
        app.UseKubeMemoryAccess();
        app.UseEnginesReady();
        app.UseMiddleware<Audited>();
        app.UseWebSockets();
        app.MapDefaultEndpoints();
        // There is this one alone: a name that is not known would be answered as plain text.
        app.MapOpenApi("/openapi/v1.json").RequireAuthorization(AccessPolicies.Viewer);
        app.MapIncidents();
        app.MapFixes();
        app.MapGraph();
        app.MapMemory();
        app.MapProjections();
        app.MapAgents();
        app.MapSignatures();
        app.MapLive();
        app.MapStatus();
        app.MapDeadLetters();
        app.MapAudit();
        return app;
    }
}

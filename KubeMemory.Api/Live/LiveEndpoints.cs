using KubeMemory.Api.Errors;
using KubeMemory.Core.Live;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace KubeMemory.Api.Live;

internal static class LiveEndpoints
{
    /// <summary>Over HTTP/2 a WebSocket is opened by CONNECT.</summary>
    private static readonly string[] SocketMethods = [HttpMethods.Get, HttpMethods.Connect];

    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveReaders>();
        services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<WebSocketOptions>().Configure<IOptions<LiveOptions>>((sockets, live) =>
        {
            sockets.KeepAliveInterval = live.Value.Heartbeat;
            sockets.KeepAliveTimeout = live.Value.Heartbeat * 2;
        });
        return services;
    }

    public static IEndpointRouteBuilder MapLive(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/incidents/stream", StreamAsync)
            .WithName("StreamIncidents")
            .WithTags("live")
            .RequireAuthorization(AccessPolicies.Viewer)
            .WithSummary("Changes as server-sent events: event is the kind, id resumes (Last-Event-ID or ?last_event_id=), data is the change.")
            .Produces<string>(contentType: "text/event-stream")
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.Parameters = [Resume("Last-Event-ID", ParameterLocation.Header), Resume("last_event_id", ParameterLocation.Query)];
                return Task.CompletedTask;
            });
        app.MapMethods("/ws/incidents", SocketMethods, SocketAsync)
            .WithName("IncidentsSocket")
            .WithTags("live")
            .RequireAuthorization(AccessPolicies.Viewer)
            .ExcludeFromDescription();
        return app;
    }

    private static OpenApiParameter Resume(string name, ParameterLocation place) => new OpenApiParameter
    {
        Name = name,
        In = place,
        Description = "The id of the last change that was seen: what came after it comes first. One that has expired gets the event reset.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static Task StreamAsync(
        HttpContext context, ILiveFeed feed, IOptions<LiveOptions> options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<EventStream> logger, LiveReaders readers)
    {
        var header = context.Request.Headers["Last-Event-ID"].ToString();
        var after = header.Length > 0 ? header : context.Request.Query["last_event_id"].ToString();
        var stream = new EventStream(context, feed, options.Value, time, logger);
        return readers.CountAsync("sse", () => stream.RunAsync(after.Length > 0 ? after : null, lifetime.ApplicationStopping));
    }

    private static Task SocketAsync(
        HttpContext context, ILiveFeed feed, IOptions<LiveOptions> options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<EventSocket> logger, LiveReaders readers)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            return Problems.WriteAsync(
                context, StatusCodes.Status426UpgradeRequired, "This address speaks WebSocket alone; open it as ws://, or read /api/incidents/stream instead.");
        }

        var after = context.Request.Query["last_event_id"].ToString();
        var socket = new EventSocket(context, feed, options.Value, time, logger);
        return readers.CountAsync("websocket", () => socket.RunAsync(after.Length > 0 ? after : null, lifetime.ApplicationStopping));
    }
}

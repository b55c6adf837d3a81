// The Aspire composition. One program for now: the three services over embedded engines, with the Aspire dashboard
// for their logs and traces.
var builder = DistributedApplication.CreateBuilder(args);

builder.AddProject<Projects.KubeMemory_Standalone>("standalone")
    .WithHttpEndpoint(port: 8000, name: "api", isProxied: false)
    .WithHttpEndpoint(port: 5173, name: "dashboard", isProxied: false)
    .WithExternalHttpEndpoints();

builder.Build().Run();

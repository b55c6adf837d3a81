// The Aspire composition. `dotnet run --project KubeMemory.AppHost` brings up everything: docs/aspire.md.
using KubeMemory.AppHost;

try
{
    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = AppHostArguments.AsSettings(args),
        // Redis would speak TLS wherever a developer certificate is trusted, and plainly elsewhere; all of this is on loopback.
        DeveloperCertificateDefaultHttpsTerminationEnabled = false,
    });
    var options = AppHostOptions.Read(builder.Configuration);
    if (builder.ExecutionContext.IsPublishMode || (options.Containers ?? await ContainerRuntime.AnswersAsync(options.ContainerRuntime)))
    {
        builder.AddDistributed(options);
    }
    else
    {
        Console.WriteLine(options.Containers is false
            ? $"{AppHostOptions.ContainersKey} is false: KubeMemory.Standalone runs, which needs no containers."
            : ContainerRuntime.IsMissing(options.ContainerRuntime));
        builder.AddStandalone(options);
    }

    await builder.Build().RunAsync();
    return 0;
}
catch (AppHostException mistake)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 2;
}

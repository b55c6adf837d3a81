using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.AppHost.Tests;

/// <summary>What the AppHost would start, built and not started: no containers are needed.</summary>
internal sealed class AppModel : IAsyncDisposable
{
    private readonly DistributedApplication _app;

    private AppModel(DistributedApplication app) => _app = app;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public IEnumerable<string> Names => Resources.Where(r => !r.Name.EndsWith("-rebuilder", StringComparison.Ordinal)).Select(r => r.Name);

    public IEnumerable<IResource> Resources => _app.Services.GetRequiredService<DistributedApplicationModel>().Resources;

    /// <summary>As on a machine with a container runtime.</summary>
    public static Task<AppModel> DistributedAsync(params string[] args) => BuildAsync([.. args, "--KubeMemory:Containers=true"]);

    /// <summary>As on a machine without.</summary>
    public static Task<AppModel> StandaloneAsync(params string[] args) => BuildAsync([.. args, "--KubeMemory:Containers=false"]);

    public IResource this[string name] => Assert.Single(Resources, r => r.Name == name);

    public T Last<T>(string name)
        where T : IResourceAnnotation =>
        this[name].Annotations.OfType<T>().Last();

    public EndpointAnnotation Endpoint(string name, string endpoint = "http") => Assert.Single(this[name].Annotations.OfType<EndpointAnnotation>(), e => e.Name == endpoint);

    public IEnumerable<(string Name, WaitType Type)> Waits(string name) => this[name].Annotations.OfType<WaitAnnotation>().Select(w => (w.Resource.Name, w.WaitType));

    /// <summary>What the resource gets, with expressions like <c>{redis.connectionString}</c> for what is known only when it runs.</summary>
    public async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(string name)
    {
        var result = await ExecutionConfigurationBuilder.Create(this[name]).WithEnvironmentVariablesConfig().BuildAsync(Publishing, NullLogger.Instance, Cancelled);
        return result.EnvironmentVariables.ToDictionary();
    }

    /// <inheritdoc cref="EnvironmentAsync"/>
    public async Task<IReadOnlyList<string>> ArgumentsAsync(string name, DistributedApplicationExecutionContext? context = null)
    {
        var result = await ExecutionConfigurationBuilder.Create(this[name]).WithArgumentsConfig().BuildAsync(context ?? Publishing, NullLogger.Instance, Cancelled);
        return [.. result.Arguments.Select(a => a.Value)];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static DistributedApplicationExecutionContext Publishing => new(DistributedApplicationOperation.Publish);

    private static async Task<AppModel> BuildAsync(string[] args)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.KubeMemory_AppHost>(args, Cancelled);
        return new(await builder.BuildAsync(Cancelled));
    }
}

using KubeMemory.Core.Contracts;
using KubeMemory.Engines;
using KubeMemory.Engines.Startup;
using KubeMemory.Standalone.Cli;

namespace KubeMemory.Standalone.Hosting;

/// <summary>The engines of a command: those that the connection strings of the environment select, and the data folder's for the rest.</summary>
internal sealed class CommandEngines : IAsyncDisposable
{
    private readonly EmbeddedEngines _embedded;
    private readonly ServiceProvider _services;

    private CommandEngines(EmbeddedEngines embedded, ServiceProvider services) => (_embedded, _services) = (embedded, services);

    public IServiceProvider Services => _services;

    /// <param name="add">What the command needs besides the engines.</param>
    /// <exception cref="DataFolderException">The data folder cannot be used.</exception>
    /// <exception cref="StandaloneException">A connection string cannot be read, or its engine does not answer.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting makes no sense.</exception>
    public static async Task<CommandEngines> OpenAsync(string dataFolder, ILoggerFactory loggers, Action<IServiceCollection> add, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var embedded = await EmbeddedEngines.OpenAsync(dataFolder, IncidentSettings.Read(configuration), TimeProvider.System, loggers, cancellationToken);
        ServiceProvider? services = null;
        try
        {
            services = Build(configuration, embedded, loggers, add);
            await services.StartEnginesAsync(cancellationToken);
            return new CommandEngines(embedded, services);
        }
        catch (Exception e)
        {
            if (services is not null)
            {
                await services.DisposeAsync();
            }

            await embedded.DisposeAsync();
            throw e is EngineUnavailableException or InvalidOperationException ? new StandaloneException(e.Message, e) : e;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _embedded.DisposeAsync();
    }

    private static ServiceProvider Build(IConfiguration configuration, EmbeddedEngines embedded, ILoggerFactory loggers, Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton(loggers);
        services.AddLogging();
        services.AddIncidentEngines(configuration, embedded).AddSignalEngines(configuration, embedded).AddMemoryEngines(configuration);
        add(services);
        return services.BuildServiceProvider();
    }
}

using KubeMemory.Core.Incidents;
using KubeMemory.Standalone.Cli;

namespace KubeMemory.Standalone.Hosting;

/// <summary>The numbers of an incident's life, from the environment: <c>KubeMemory__Incidents__ReopenWithin=01:00:00</c>.</summary>
internal static class IncidentSettings
{
    /// <exception cref="StandaloneException">One of them cannot be read or makes no sense.</exception>
    public static IncidentOptions Read(IConfiguration configuration)
    {
        IncidentOptions options;
        try
        {
            options = configuration.GetSection(IncidentOptions.Section).Get<IncidentOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
        }
        catch (InvalidOperationException e)
        {
            throw new StandaloneException($"{IncidentOptions.Section} cannot be read: {(e.InnerException ?? e).Message.TrimEnd('.')}.", e);
        }

        return options.Errors().FirstOrDefault() is { } error ? throw new StandaloneException(error) : options;
    }

    public static IncidentOptions FromEnvironment() => Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
}

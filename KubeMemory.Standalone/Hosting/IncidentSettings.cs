using KubeMemory.Core.Incidents;
using KubeMemory.Standalone.Cli;

namespace KubeMemory.Standalone.Hosting;

/// <summary>The numbers of an incident's life, from the environment: <c>KubeMemory__Incidents__ReopenWithin=01:00:00</c>.</summary>
internal static class IncidentSettings
{
    /// <exception cref="StandaloneException">One of them cannot be read or makes no sense.</exception>
    public static IncidentOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(IncidentOptions.Section);
        var names = typeof(IncidentOptions).GetProperties().Select(property => property.Name).ToList();
        if (section.GetChildren().FirstOrDefault(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new StandaloneException($"{IncidentOptions.Section} has no setting '{unknown.Key}': use {string.Join(", ", names)}.");
        }

        IncidentOptions options;
        try
        {
            options = section.Get<IncidentOptions>() ?? new();
        }
        catch (InvalidOperationException e)
        {
            // "Failed to convert configuration value 'x' at 'KubeMemory:Incidents:ReopenWithin' to type 'System.TimeSpan'."
            throw new StandaloneException(e.Message, e);
        }

        return options.Errors().FirstOrDefault() is { } error ? throw new StandaloneException(error) : options;
    }

    public static IncidentOptions FromEnvironment() => Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
}

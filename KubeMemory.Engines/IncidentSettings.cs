using KubeMemory.Core.Incidents;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KubeMemory.Engines;

/// <summary>Reads <see cref="IncidentOptions"/> before anything is opened, so that a mistake is said at start.</summary>
public static class IncidentSettings
{
    /// <summary>The defaults, with what the section sets in their place.</summary>
    /// <exception cref="OptionsValidationException">A value or a name makes no sense; all of them are named at once.</exception>
    public static IncidentOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new IncidentOptions();
        try
        {
            // A misspelt name would leave its default in force, unnoticed.
            configuration.GetSection(IncidentOptions.Section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(IncidentOptions.Section, typeof(IncidentOptions), [$"{IncidentOptions.Section}: {e.Message}"]);
        }

        var errors = options.Errors().ToList();
        return errors.Count == 0 ? options : throw new OptionsValidationException(IncidentOptions.Section, typeof(IncidentOptions), errors);
    }
}

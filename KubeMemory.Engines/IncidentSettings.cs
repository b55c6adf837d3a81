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
        return SettingsSection.Read<IncidentOptions>(configuration, IncidentOptions.Section, options => options.Errors());
    }
}

using KubeMemory.Core.Analysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KubeMemory.Engines;

/// <summary>Reads <see cref="AnalysisOptions"/> at start.</summary>
public static class AnalysisSettings
{
    /// <summary>The defaults, with what the section sets in their place.</summary>
    /// <exception cref="OptionsValidationException">A value or a name makes no sense; all of them are named at once.</exception>
    public static AnalysisOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return SettingsSection.Read<AnalysisOptions>(configuration, AnalysisOptions.Section, options => options.Errors());
    }
}

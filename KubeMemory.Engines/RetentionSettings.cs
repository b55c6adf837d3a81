using KubeMemory.Core.Retention;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KubeMemory.Engines;

/// <summary>Reads <see cref="RetentionOptions"/> at start.</summary>
public static class RetentionSettings
{
    /// <summary>The defaults, with what the section sets in their place.</summary>
    /// <exception cref="OptionsValidationException">A value or a name makes no sense; all of them are named at once.</exception>
    public static RetentionOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return SettingsSection.Read<RetentionOptions>(configuration, RetentionOptions.Section, options => options.Errors());
    }
}

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
        var section = configuration.GetSection(IncidentOptions.Section);
        // A misspelt name would leave its default in force, unnoticed.
        var names = typeof(IncidentOptions).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).ToList();
        if (section.GetChildren().FirstOrDefault(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Mistake($"{IncidentOptions.Section} has no setting '{unknown.Key}': use {string.Join(", ", names)}.");
        }

        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            // "Failed to convert configuration value 'x' at 'KubeMemory:Incidents:ReopenWithin' to type 'System.TimeSpan'."
            throw Mistake(e.Message);
        }

        var errors = options.Errors().ToList();
        return errors.Count == 0 ? options : throw Mistake([.. errors]);
    }

    private static OptionsValidationException Mistake(params string[] errors) => new(IncidentOptions.Section, typeof(IncidentOptions), errors);
}

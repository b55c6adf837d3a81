using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KubeMemory.Engines;

/// <summary>Reads a section before anything is opened, so that a mistake is said at start.</summary>
internal static class SettingsSection
{
    /// <exception cref="OptionsValidationException">A value or a name makes no sense; all of them are named at once.</exception>
    public static T Read<T>(IConfiguration configuration, string name, Func<T, IEnumerable<string>> errorsOf)
        where T : class, new()
    {
        var options = new T();
        var section = configuration.GetSection(name);
        // A misspelt name would leave its default in force, unnoticed.
        var names = typeof(T).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).ToList();
        if (section.GetChildren().FirstOrDefault(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Mistake($"{name} has no setting '{unknown.Key}': use {string.Join(", ", names)}.");
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

        var errors = errorsOf(options).ToList();
        return errors.Count == 0 ? options : throw Mistake([.. errors]);

        OptionsValidationException Mistake(params string[] mistakes) => new(name, typeof(T), mistakes);
    }
}

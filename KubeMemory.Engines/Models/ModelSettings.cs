using KubeMemory.Core.Analysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KubeMemory.Engines.Models;

/// <summary>Reads <see cref="ModelOptions"/> before anything is asked, so that a mistake is said at start.</summary>
internal static class ModelSettings
{
    /// <summary>The defaults, with what the section sets in their place.</summary>
    /// <exception cref="OptionsValidationException">A value or a name makes no sense; all of them are named at once.</exception>
    public static ModelOptions Read(IConfiguration configuration)
    {
        var options = new ModelOptions();
        var errors = new List<string>();
        var section = configuration.GetSection(ModelOptions.Section);
        var properties = typeof(ModelOptions).GetProperties().Where(property => property.CanWrite).ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            // A misspelt name would leave its default in force, unnoticed.
            if (!properties.TryGetValue(child.Key, out var property))
            {
                errors.Add($"{ModelOptions.Section} has no setting '{child.Key}': use {string.Join(", ", properties.Keys)}.");
                continue;
            }

            try
            {
                property.SetValue(options, child.Get(property.PropertyType));
            }
            catch (InvalidOperationException e)
            {
                // "Failed to convert configuration value 'x' at 'KubeMemory:Models:Timeout' to type 'System.TimeSpan'."
                errors.Add(e.Message);
            }
        }

        errors.AddRange(options.Errors());
        return errors.Count == 0 ? options : throw new OptionsValidationException(ModelOptions.Section, typeof(ModelOptions), errors);
    }
}

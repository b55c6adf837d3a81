using System.Collections;
using System.Globalization;
using System.Reflection;
using KubeMemory.Api;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines;
using KubeMemory.ServiceDefaults;
using KubeMemory.Watcher;
using KubeMemory.Web;

namespace KubeMemory.Tests.Docs;

/// <summary>Every setting of the code, by reflection: types with a constant <c>Section</c>, their properties, and what these hold.</summary>
internal static class DocumentedSettings
{
    private static readonly Assembly[] Programs =
    [
        typeof(IncidentOptions).Assembly, typeof(EnginesRegistration).Assembly, typeof(WatcherOptions).Assembly, typeof(KubeMemoryApi).Assembly,
        typeof(KubeMemoryWebExtensions).Assembly, typeof(ServiceDefaultsExtensions).Assembly, typeof(KubeMemory.Standalone.Cli.StandaloneOptions).Assembly,
    ];

    /// <summary>Full names, like <c>KubeMemory:Access:Keys:0:Role</c>, with their defaults as the page writes them; null: there is none.</summary>
    public static SortedDictionary<string, string?> All()
    {
        var settings = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var type in Programs.SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static) is { IsLiteral: true } section)
            {
                Add(settings, (string)section.GetRawConstantValue()!, Activator.CreateInstance(type)!);
            }
        }

        return settings;
    }

    /// <summary>The environment variables of <see cref="WatcherOptions"/>: its constants whose names end with Key, each for the property of that name.</summary>
    public static SortedDictionary<string, string?> Watcher()
    {
        var options = new WatcherOptions();
        var settings = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var key in typeof(WatcherOptions).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral && field.Name.EndsWith("Key", StringComparison.Ordinal)))
        {
            var value = typeof(WatcherOptions).GetProperty(key.Name[..^"Key".Length])!.GetValue(options);
            settings.Add((string)key.GetRawConstantValue()!, value switch
            {
                TimeSpan time => time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                IEnumerable<string> list => string.Join(',', list),
                _ => Text(value),
            });
        }

        return settings;
    }

    private static void Add(SortedDictionary<string, string?> settings, string prefix, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var name = $"{prefix}:{property.Name}";
            var element = property.PropertyType.GetInterfaces().Append(property.PropertyType)
                .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
            if (property.PropertyType != typeof(string) && element is not null)
            {
                if (IsOurs(element))
                {
                    Add(settings, name + ":0", Activator.CreateInstance(element)!);
                }
                else
                {
                    settings.Add(name + ":0", ((IEnumerable?)property.GetValue(options))?.Cast<object>().Select(Text).FirstOrDefault());
                }
            }
            else if (IsOurs(property.PropertyType))
            {
                Add(settings, name, property.GetValue(options) ?? Activator.CreateInstance(property.PropertyType)!);
            }
            else
            {
                settings.Add(name, Text(property.GetValue(options)));
            }
        }
    }

    private static bool IsOurs(Type type) => type.IsClass && type.Namespace?.StartsWith("KubeMemory", StringComparison.Ordinal) == true;

    private static string? Text(object? value) => value switch
    {
        null or "" => null,
        bool flag => flag ? "true" : "false",
        Uri address => address.OriginalString,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

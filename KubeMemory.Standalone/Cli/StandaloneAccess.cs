using System.Security.Cryptography;
using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Standalone.Cli;

/// <summary>Who may do what in this process: what the environment says, and what its hosts must have in common besides.</summary>
internal static class StandaloneAccess
{
    /// <summary>As people set it.</summary>
    public const string ModeVariable = "KubeMemory__Access__Mode";

    private const string KeyFileName = "api-key";
    private const string ServiceKeySetting = $"{AccessOptions.Section}:{nameof(AccessOptions.ServiceKey)}";
    private const string KeyFileSetting = $"{AccessOptions.Section}:{nameof(AccessOptions.KeyFile)}";
    private const string HostsSetting = $"{AccessOptions.Section}:{nameof(AccessOptions.AllowedHosts)}";
    private const int ServiceKeyBytes = 32;

    /// <summary>Everybody has to sign in, so that listening may be wider than this machine.</summary>
    /// <exception cref="StandaloneException">There is no such mode.</exception>
    public static bool EverybodySignsIn()
    {
        var mode = Environment.GetEnvironmentVariable(ModeVariable);
        return string.IsNullOrWhiteSpace(mode) || Enum.TryParse<AccessMode>(mode, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen)
            ? !string.IsNullOrWhiteSpace(mode) && Enum.Parse<AccessMode>(mode, ignoreCase: true) != AccessMode.Local
            : throw new StandaloneException($"{ModeVariable} is '{mode}'; use {string.Join(", ", Enum.GetNames<AccessMode>())}.");
    }

    public static string KeyFileOf(string dataFolder) => Path.Combine(dataFolder, KeyFileName);

    /// <summary>
    /// What stands above the environment in all hosts of this process: a key file beside the data, a key that its services know each other by,
    /// and the addresses that somebody has chosen to be reached by.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> Settings(string dataFolder, params IEnumerable<ListenAddress> addresses)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var settings = new Dictionary<string, string?>();
        if (string.IsNullOrWhiteSpace(environment[KeyFileSetting]))
        {
            settings[KeyFileSetting] = KeyFileOf(dataFolder);
        }

        if (string.IsNullOrWhiteSpace(environment[ServiceKeySetting]))
        {
            settings[ServiceKeySetting] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ServiceKeyBytes));
        }

        var next = environment.GetSection(HostsSetting).GetChildren().Select(child => int.TryParse(child.Key, out var index) ? index + 1 : 0).DefaultIfEmpty().Max();
        foreach (var host in addresses.Select(address => address.OpenHost).Distinct())
        {
            settings[$"{HostsSetting}:{next++}"] = host;
        }

        return settings;
    }
}

using System.Security.Cryptography;
using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Standalone.Cli;

/// <summary>Who may do what in this process: what the environment says, and what its hosts must have in common besides.</summary>
internal static class StandaloneAccess
{
    /// <summary>As people set it.</summary>
    public const string ModeVariable = "KubeMemory__Access__Mode";

    private const string ModeSetting = $"{AccessOptions.Section}:{nameof(AccessOptions.Mode)}";
    private const string ServiceKeySetting = $"{AccessOptions.Section}:{nameof(AccessOptions.ServiceKey)}";
    private const string KeyFileSetting = $"{AccessOptions.Section}:{nameof(AccessOptions.KeyFile)}";
    private const string KeyFileName = "api-key";
    private const int ServiceKeyBytes = 32;

    /// <summary>Everybody has to sign in, so that listening may be wider than this machine.</summary>
    /// <exception cref="StandaloneException">There is no such mode.</exception>
    public static bool EverybodySignsIn()
    {
        var mode = Environment()[ModeSetting];
        if (string.IsNullOrWhiteSpace(mode))
        {
            return false;
        }

        return Enum.TryParse<AccessMode>(mode, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen)
            ? chosen != AccessMode.Local
            : throw new StandaloneException($"{ModeVariable} is '{mode}'; use {string.Join(", ", Enum.GetNames<AccessMode>())}.");
    }

    public static string KeyFileOf(string dataFolder) => Path.Combine(dataFolder, KeyFileName);

    /// <summary>What stands above the environment in all hosts of this process: a key file beside the data, and a key that its services know each other by.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(string dataFolder)
    {
        var environment = Environment();
        var settings = new Dictionary<string, string?>();
        if (string.IsNullOrWhiteSpace(environment[KeyFileSetting]))
        {
            settings[KeyFileSetting] = KeyFileOf(dataFolder);
        }

        if (string.IsNullOrWhiteSpace(environment[ServiceKeySetting]))
        {
            settings[ServiceKeySetting] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ServiceKeyBytes));
        }

        return settings;
    }

    private static IConfiguration Environment() => new ConfigurationBuilder().AddEnvironmentVariables().Build();
}

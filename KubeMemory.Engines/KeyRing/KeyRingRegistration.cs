using KubeMemory.Engines.Postgres;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KubeMemory.Engines.KeyRing;

/// <summary>The one Data Protection key ring of an installation: what a service has protected, every other can read.</summary>
public static class KeyRingRegistration
{
    /// <summary>The same in all services: without it each would protect for itself alone.</summary>
    private const string ApplicationName = "KubeMemory";

    /// <summary>Where a service of its own keeps the ring that has no PostgreSQL: <c>kubememory/keys</c> below this user's data.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "kubememory", "keys");

    /// <summary>
    /// Keeps the ring in the PostgreSQL of the connection string <c>postgres</c>; without one in the folder. A mistake in the settings is
    /// said by the host's start, as an <see cref="OptionsValidationException"/> of one sentence each.
    /// </summary>
    /// <param name="folder">Made where it is missing, for this user alone. Null where there always is a connection string.</param>
    public static IServiceCollection AddKeyRing(this IServiceCollection services, IConfiguration configuration, string? folder)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var ring = services.AddDataProtection().SetApplicationName(ApplicationName);
        services.AddHealthChecks().AddCheck<KeyRingHealthCheck>("keys");
        // An outage or a missing certificate is said by the repository, in one sentence instead of many stacks.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.None));
        try
        {
            var options = SettingsSection.Read<KeyRingOptions>(configuration, KeyRingOptions.Section, settings => settings.Errors());
            ring.Keep(configuration.GetConnectionString("postgres"), folder, ring.Wrap(options));
        }
        catch (Exception mistake) when (mistake is OptionsValidationException or InvalidOperationException)
        {
            services.AddOptions<KeyRingOptions>().Validate(_ => false, mistake.Message).ValidateOnStart();
        }

        return services;
    }

    private static KeyWrapping Wrap(this IDataProtectionBuilder ring, KeyRingOptions options)
    {
        const string Section = KeyRingOptions.Section;
        var old = options.OldCertificates.Select((one, i) =>
        {
            var setting = $"{Section}:{nameof(KeyRingOptions.OldCertificates)}:{i}:";
            return new CertificateFile(
                one.Path, one.KeyPath, one.Password, setting + nameof(one.Path), setting + nameof(one.KeyPath), setting + nameof(one.Password)).Load();
        }).ToArray();
        ring.UnprotectKeysWithAnyCertificate(old);
        if (string.IsNullOrWhiteSpace(options.CertificatePath))
        {
            // None, said: the warning that none is configured would say nothing of what to do.
            ring.AddKeyManagementOptions(keys => keys.XmlEncryptor = new NullXmlEncryptor());
            return new KeyWrapping(false, old.Select(one => one.Thumbprint).ToHashSet());
        }

        var current = new CertificateFile(
            options.CertificatePath,
            options.CertificateKeyPath,
            options.CertificatePassword,
            $"{Section}:{nameof(options.CertificatePath)}",
            $"{Section}:{nameof(options.CertificateKeyPath)}",
            $"{Section}:{nameof(options.CertificatePassword)}").Load();
        ring.ProtectKeysWithCertificate(current);
        return new KeyWrapping(true, old.Append(current).Select(one => one.Thumbprint).ToHashSet());
    }

    private static void Keep(this IDataProtectionBuilder ring, string? postgres, string? folder, KeyWrapping wrapping)
    {
        Func<TimeProvider, ILoggerFactory, IXmlRepository> repository;
        if (!string.IsNullOrWhiteSpace(postgres))
        {
            PostgresConnectionString.Check(postgres);
            repository = (time, loggers) => new PostgresKeyRepository(postgres, wrapping, time, loggers.CreateLogger<PostgresKeyRepository>());
        }
        else
        {
            var path = folder ?? throw new InvalidOperationException("The connection string \"postgres\" is missing: set ConnectionStrings__postgres.");
            FolderKeyRepository.Prepare(path);
            repository = (time, loggers) => new FolderKeyRepository(path, wrapping, time, loggers.CreateLogger<FolderKeyRepository>());
        }

        ring.Services.TryAddSingleton(TimeProvider.System);
        ring.Services.AddOptions<KeyManagementOptions>().Configure<TimeProvider, ILoggerFactory>((keys, time, loggers) => keys.XmlRepository = repository(time, loggers));
    }
}

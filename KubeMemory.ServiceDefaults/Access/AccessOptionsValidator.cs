using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>All mistakes at once, a sentence each; none of them holds a key.</summary>
internal sealed class AccessOptionsValidator(IOptions<AccessHostOptions> host) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var mistakes = Names(options).Concat(Keys(options)).Concat(ByMode(options)).ToList();
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<string> Names(AccessOptions options)
    {
        if (!Enum.IsDefined(options.Chosen))
        {
            yield return $"{Of(nameof(options.Mode))} must be {nameof(AccessMode.Local)}, {nameof(AccessMode.ApiKey)} or {nameof(AccessMode.OpenIdConnect)}.";
        }

        foreach (var host in options.AllowedHosts.Where(host => string.IsNullOrWhiteSpace(host) || host.AsSpan().ContainsAny("/*:@ ") && !IPAddress.TryParse(host, out _)))
        {
            yield return $"{Of(nameof(options.AllowedHosts))} holds '{host}': write a plain host name without port, like kubememory.example.com.";
        }

        foreach (var origin in options.AllowedOrigins.Where(origin => !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin))
        {
            yield return $"{Of(nameof(options.AllowedOrigins))} holds '{origin}': write scheme, host and port alone, like https://kubememory.example.com.";
        }

        foreach (var proxy in options.TrustedProxies.Where(proxy => !TrustedProxies.TryParse(proxy, out _)))
        {
            yield return $"{Of(nameof(options.TrustedProxies))} holds '{proxy}': write an address or a network, like 10.0.0.7 or 10.0.0.0/24.";
        }

        if (options.WritesPerMinute is < 1 or > 100_000)
        {
            yield return $"{Of(nameof(options.WritesPerMinute))} is {options.WritesPerMinute}: it must be from 1 to 100000.";
        }
    }

    private static IEnumerable<string> Keys(AccessOptions options)
    {
        for (var i = 0; i < options.Keys.Count; i++)
        {
            var (key, setting) = (options.Keys[i], Of($"{nameof(options.Keys)}:{i}"));
            if (!AccessIdentity.IsPlain(key.Name))
            {
                yield return $"{setting}:{nameof(key.Name)} must be a name of 1 to {AccessIdentity.LongestName} characters; it says in the audit log who it was.";
            }
            else if (AccessIdentity.Reserved.Contains(key.Name, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"{setting}:{nameof(key.Name)} is '{key.Name}', which means somebody else: choose another one than {string.Join(", ", AccessIdentity.Reserved)}.";
            }
            else if (options.Keys.Take(i).Any(other => string.Equals(other.Name, key.Name, StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"{setting}:{nameof(key.Name)} is '{key.Name}', which another key is called already: give each a name of its own.";
            }

            if (key.Role is not (AccessRoles.Viewer or AccessRoles.Operator))
            {
                yield return $"{setting}:{nameof(key.Role)} is '{key.Role}': it must be {AccessRoles.Viewer} or {AccessRoles.Operator}.";
            }

            if (!IsKey(key.Key))
            {
                yield return $"{setting}:{nameof(key.Key)} {NoKey}";
            }
            else if (key.Key == options.ServiceKey || options.Keys.Take(i).Any(other => other.Key == key.Key))
            {
                yield return $"{setting}:{nameof(key.Key)} is also another one's: give each a key of its own.";
            }
        }

        if (options.ServiceKey is not null && !IsKey(options.ServiceKey))
        {
            yield return $"{Of(nameof(options.ServiceKey))} {NoKey}";
        }
    }

    private IEnumerable<string> ByMode(AccessOptions options)
    {
        var provider = options.OpenIdConnect;
        if (options.Chosen == AccessMode.Local)
        {
            if (options.Keys.Count > 0)
            {
                yield return $"{Of(nameof(options.Keys))} has no meaning in mode Local: set {Of(nameof(options.Mode))} to ApiKey or OpenIdConnect, or leave it out.";
            }

            if (provider.Authority is not null)
            {
                yield return $"{Of($"{nameof(options.OpenIdConnect)}:{nameof(provider.Authority)}")} has no meaning in mode Local: set {Of(nameof(options.Mode))} to OpenIdConnect, or leave it out.";
            }

            if (options.TrustedProxies.Count > 0)
            {
                yield return $"{Of(nameof(options.TrustedProxies))} has no meaning in mode Local, which no proxy may stand before: set {Of(nameof(options.Mode))} to ApiKey or OpenIdConnect, or leave it out.";
            }

            yield break;
        }

        if (host.Value.ServesPeople && options.ServiceKey is null)
        {
            yield return $"{Of(nameof(options.ServiceKey))} is missing: in mode {options.Chosen} the services show each other a key, at least {AccessOptions.ShortestKey} characters, the same for all of them.";
        }

        if (host.Value.ServesPeople && options is { Chosen: AccessMode.ApiKey, Keys.Count: 0 })
        {
            yield return $"{Of(nameof(options.Keys))} is empty, so that nobody could come in: set {Of(nameof(options.Keys))}:0:Name, :Key and :Role.";
        }

        foreach (var mistake in options.Chosen == AccessMode.OpenIdConnect ? Provider(provider) : [])
        {
            yield return mistake;
        }
    }

    private static IEnumerable<string> Provider(OpenIdOptions provider)
    {
        const string Section = nameof(AccessOptions.OpenIdConnect);
        if (provider.Authority is not { IsAbsoluteUri: true } authority)
        {
            yield return $"{Of($"{Section}:{nameof(provider.Authority)}")} is missing: name the identity provider, like https://login.example.com/realms/ops.";
        }
        else if (authority.Scheme != Uri.UriSchemeHttps && !(authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback))
        {
            yield return $"{Of($"{Section}:{nameof(provider.Authority)}")} is '{authority}': it must be https, because what it says decides who may come in.";
        }

        if (string.IsNullOrWhiteSpace(provider.ClientId))
        {
            yield return $"{Of($"{Section}:{nameof(provider.ClientId)}")} is missing: name the client under which the identity provider knows KubeMemory.";
        }

        foreach (var (setting, value) in ((string, string)[])[(nameof(provider.NameClaim), provider.NameClaim), (nameof(provider.RoleClaim), provider.RoleClaim), (nameof(provider.OperatorRole), provider.OperatorRole)])
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return $"{Of($"{Section}:{setting}")} is empty: name one, or leave the setting out for its default.";
            }
        }
    }

    /// <summary>As a header can carry it: what a file's last line end adds would never be shown.</summary>
    private static bool IsKey(string key) => key.Length >= AccessOptions.ShortestKey && key.All(c => c is > ' ' and <= '~');

    private static readonly string NoKey = $"must be at least {AccessOptions.ShortestKey} characters of ASCII without blanks or line ends; \"openssl rand -base64 32\" makes one.";

    private static string Of(string setting) => ConfigurationPath.Combine(AccessOptions.Section, setting);
}

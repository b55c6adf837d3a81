using System.ComponentModel.DataAnnotations;

namespace KubeMemory.Api.Access;

/// <summary>Configuration section <c>KubeMemory:Access</c>: from where the API may be asked.</summary>
public sealed class AccessOptions : IValidatableObject
{
    public const string Section = "KubeMemory:Access";

    /// <summary>
    /// Host names, without port, under which the API answers besides <c>localhost</c>, <c>127.0.0.1</c> and <c>[::1]</c>. A name that an
    /// attacker's DNS points to this machine is not among them, which ends DNS rebinding. Default: none.
    /// </summary>
    public IList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins like <c>https://kubememory.example.com</c> whose pages may ask besides the API's own. Default: none.</summary>
    public IList<string> AllowedOrigins { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var host in AllowedHosts)
        {
            if (string.IsNullOrWhiteSpace(host) || host.Contains('/', StringComparison.Ordinal) || host.Contains('*', StringComparison.Ordinal))
            {
                yield return new($"{Section}:{nameof(AllowedHosts)} holds '{host}': write a plain host name without port, like kubememory.example.com.");
            }
        }

        foreach (var origin in AllowedOrigins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                yield return new($"{Section}:{nameof(AllowedOrigins)} holds '{origin}': write scheme, host and port alone, like https://kubememory.example.com.");
            }
        }
    }
}

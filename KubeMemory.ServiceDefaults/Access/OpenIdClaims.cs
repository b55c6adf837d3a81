using System.Security.Claims;
using System.Text.Json;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>What an identity provider says of a person, as we know people. For tokens at the API and for the dashboard's sign-in alike.</summary>
public static class OpenIdClaims
{
    /// <param name="provider">Claims as they stand in the token, under their own names.</param>
    /// <param name="means">See <see cref="AccessIdentity.Create"/>.</param>
    /// <returns>One of <see cref="AccessIdentity"/>; without a role where the person has none of the two.</returns>
    public static ClaimsPrincipal Read(ClaimsPrincipal provider, OpenIdOptions options, string means)
    {
        var name = provider.FindFirst(options.NameClaim)?.Value ?? provider.FindFirst("sub")?.Value ?? "";
        var roles = Values(provider, options.RoleClaim).ToList();
        var role = roles.Contains(options.OperatorRole, StringComparer.Ordinal) ? AccessRoles.Operator
            : options.ViewerRole is null || roles.Contains(options.ViewerRole, StringComparer.Ordinal) ? AccessRoles.Viewer
            : null;
        return AccessIdentity.Create(AccessIdentity.CleanName(name), role, means);
    }

    /// <summary>Of <c>roles</c>, or, below an object, of <c>realm_access.roles</c>.</summary>
    private static IEnumerable<string> Values(ClaimsPrincipal provider, string path)
    {
        var direct = provider.FindAll(path).Select(claim => claim.Value).ToList();
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return direct.Count > 0 || dot < 0 ? direct : provider.FindAll(path[..dot]).SelectMany(claim => Below(claim.Value, path[(dot + 1)..]));
    }

    // {"roles":["kubememory-operator"]}
    private static List<string> Below(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var element = document.RootElement;
            foreach (var name in path.Split('.'))
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                {
                    return [];
                }
            }

            return element.ValueKind switch
            {
                JsonValueKind.Array => [.. element.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
                JsonValueKind.String => [element.GetString()!],
                _ => [],
            };
        }
        catch (JsonException)
        {
            // A claim of plain text has nothing below it.
            return [];
        }
    }
}

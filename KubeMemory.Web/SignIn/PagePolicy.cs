namespace KubeMemory.Web.SignIn;

/// <summary>What a page of the dashboard may load, and where its forms may go.</summary>
internal static class PagePolicy
{
    /// <summary>The component library sets style attributes and a style element; no script stands inline, and nothing comes from elsewhere.</summary>
    private const string Sources =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>The form that signs somebody out leads on to the provider, and a browser counts that as the form's own way.</summary>
    /// <param name="authority">The identity provider's address, null without one.</param>
    public static string Of(string? authority) => Uri.TryCreate(authority, UriKind.Absolute, out var provider)
        ? $"{Sources}; form-action 'self' {provider.GetLeftPart(UriPartial.Authority)}"
        : $"{Sources}; form-action 'self'";
}

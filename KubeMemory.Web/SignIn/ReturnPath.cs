namespace KubeMemory.Web.SignIn;

/// <summary>Where a sign-in leads back to: a page of this dashboard, never another server.</summary>
internal static class ReturnPath
{
    public const string Home = "/incidents";

    /// <summary>Longer than any address of ours, shorter than what servers refuse.</summary>
    private const int Longest = 2000;

    /// <summary>The path where it is one of ours, else the start page.</summary>
    /// <param name="path">
    /// As somebody has asked for it. <c>//host</c>, <c>/\host</c> and <c>/&lt;tab&gt;/host</c> are other servers to a browser.
    /// </param>
    public static string Of(string? path) =>
        path is ['/', ..] and { Length: <= Longest }
        && !path.StartsWith("//", StringComparison.Ordinal)
        && path.All(c => c is > ' ' and < '\u007f' and not '\\')
        && !IsSignInItself(path)
            ? path
            : Home;

    private static bool IsSignInItself(string path) =>
        path.Split('?', '#')[0].TrimEnd('/') is var plain
        && (plain.StartsWith("/login", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("/logout", StringComparison.OrdinalIgnoreCase));
}

namespace KubeMemory.Core.Classification;

/// <summary>What an image's reference says about where it comes from.</summary>
internal static class ImageReference
{
    private const string DefaultRegistry = "docker.io";

    /// <summary>
    /// The registry's host with its port: the part before the first slash where it looks like a host, docker.io where it does not.
    /// <c>nginx</c> and <c>library/nginx</c> are of docker.io; <c>localhost/x</c> and <c>r.example:5000/x</c> name theirs.
    /// </summary>
    public static string RegistryOf(string image)
    {
        var slash = image.IndexOf('/');
        if (slash <= 0)
        {
            return DefaultRegistry;
        }

        var first = image[..slash];
        if (!first.Contains('.') && !first.Contains(':') && first != "localhost")
        {
            return DefaultRegistry;
        }

        return first is "index.docker.io" or "registry-1.docker.io" ? DefaultRegistry : first.ToLowerInvariant();
    }
}

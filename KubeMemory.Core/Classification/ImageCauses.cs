using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Classification;

/// <summary>Why an image does not come. Runtimes and registries word it in a hundred ways; these are the ways to mend it.</summary>
internal static class ImageCauses
{
    // The first row that fits wins: what is precise stands before what is not.
    private static readonly (string[] Parts, string Cause, bool BlamesRegistry)[] Causes =
    [
        (["InvalidImageName", "parse image", "invalid reference format", "default image tag"], "invalid image name", false),
        (["ErrImageNeverPull", "not present with pull policy of Never"], "image is not on the node and may not be pulled", false),
        (["toomanyrequests", "429 Too Many Requests", "rate limit"], "registry limits the rate", true),
        (["no such host", "server misbehaving", "name resolution"], "registry's name is not resolved", true),
        (["x509", "certificate"], "registry's certificate is not trusted", true),
        (["connection refused"], "registry refuses the connection", true),
        (["no space left"], "no space left on the node", false),
        (["no match for platform", "no matching manifest"], "image is not built for the node's platform", false),
        (["may require", "repository does not exist"], "image does not exist or needs credentials", false),
        (["manifest unknown", "not found", "NotFound", "manifest for"], "image does not exist", false),
        (["unauthorized", "forbidden", "denied", "authentication required", "no basic auth"], "registry denies access", true),
        (["timeout", "deadline exceeded", "timed out"], "registry does not answer in time", true),
        (["no route to host", "network is unreachable", "connection reset", "unexpected EOF", ": EOF"], "registry cannot be reached", true),
        (["500 Internal", "502 ", "503 ", "504 ", "Service Unavailable", "Bad Gateway"], "registry answers with an error", true),
    ];

    public static Classified Explain(string message, string reason)
    {
        var image = MessageParts.After(message, "image \"", "\"");

        // The image's own name must not be taken for the cause: shop/not-found-page:404.
        var said = reason + " " + (image is null ? message : message.Replace(image, "", StringComparison.Ordinal));
        foreach (var (parts, cause, blames) in Causes)
        {
            if (Array.Exists(parts, p => said.Contains(p, StringComparison.OrdinalIgnoreCase)))
            {
                return new Classified(IncidentType.ImagePullBackOff, cause) { Image = image, BlamesRegistry = blames, DnsName = MessageParts.DnsNameIn(message) };
            }
        }

        return new Classified(IncidentType.ImagePullBackOff, "image cannot be pulled", IsGeneric: true) { Image = image };
    }
}

using System.Text.RegularExpressions;
using KubeMemory.Core.Classification;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

/// <summary>Which image is pulled, and which host was asked for it.</summary>
internal static partial class ImageFacts
{
    /// <summary>
    /// Adds <c>image</c> as the workload names it, and <c>registry</c>: the host whose answer the message tells (a mirror or a token server
    /// may stand in for the registry), else the one of the image's name.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? Complete(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var complete = new Dictionary<string, string>(facts, StringComparer.Ordinal);
        var said = incident.Evidence.Where(e => e.Kind is EvidenceKind.Event or EvidenceKind.ContainerState).Select(e => e.Text).ToList();
        var image = said.Select(text => Pulled().Match(text)).FirstOrDefault(m => m.Success)?.Groups["image"].Value
            ?? facts.GetValueOrDefault("image")
            ?? said.Select(text => Reference().Match(text)).FirstOrDefault(m => m.Success)?.Groups["image"].Value;
        if (image is not null)
        {
            complete["image"] = image;
        }

        var asked = said.Select(text => Asked().Match(text)).FirstOrDefault(m => m.Success)?.Groups["host"].Value;
        if (asked is not null || image is not null)
        {
            complete["registry"] = asked ?? ImageReference.RegistryOf(image!);
        }

        return complete;
    }

    [GeneratedRegex("""(?:[Ff]ailed to pull image|[Bb]ack-off pulling image|Pulling image|image pull failed for) [\\"'`]*(?<image>[^\s\\"'`,]*[^\s\\"'`,:;])""", RegexOptions.CultureInvariant)]
    private static partial Regex Pulled();

    [GeneratedRegex("""(?:reference|unpack image|[Ii]mage) [\\"'`]+(?<image>[^\s\\"'`]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex("""https?://(?<host>[^\s/"'\\?]+)/(?:v[12]\b|token|oauth2?)""", RegexOptions.CultureInvariant)]
    private static partial Regex Asked();
}

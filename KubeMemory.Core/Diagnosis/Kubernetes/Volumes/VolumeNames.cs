using System.Text.RegularExpressions;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

/// <summary>Which volume a message is about: most name it before they say what is wrong with it.</summary>
internal static partial class VolumeNames
{
    /// <summary>Adds the fact <c>volume</c> where it is missing and told.</summary>
    public static IReadOnlyDictionary<string, string>? Complete(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        if (facts.ContainsKey("volume"))
        {
            return facts;
        }

        var named = incident.Evidence
            .Where(e => e.Kind is EvidenceKind.Event or EvidenceKind.ContainerState)
            .Select(e => Named().Match(e.Text))
            .FirstOrDefault(match => match.Success);
        return named is null ? facts : new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["volume"] = named.Groups["volume"].Value };
    }

    [GeneratedRegex("""for volume [\\"]+(?<volume>[^\s\\"]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}

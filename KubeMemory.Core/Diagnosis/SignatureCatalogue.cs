using KubeMemory.Core.Diagnosis.Kubernetes;
using KubeMemory.Core.Diagnosis.Processes;

namespace KubeMemory.Core.Diagnosis;

/// <summary>Every failure signature, in no order that matters.</summary>
public static class SignatureCatalogue
{
    /// <summary>Changes with every change of a signature that could change an analysis: part of the analysis key.</summary>
    public const string Version = "1";

    public static IReadOnlyList<FailureSignature> All { get; } = [.. KubernetesSignatures.All, .. ProcessSignatures.All];

    private static readonly Dictionary<string, FailureSignature> ById = All.ToDictionary(signature => signature.Id, StringComparer.Ordinal);

    /// <summary>Null where there is none of that id.</summary>
    public static FailureSignature? Find(string id) => ById.GetValueOrDefault(id);
}

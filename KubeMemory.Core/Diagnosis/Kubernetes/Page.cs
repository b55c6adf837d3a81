namespace KubeMemory.Core.Diagnosis.Kubernetes;

/// <summary>Pages of the documentation of Kubernetes.</summary>
internal static class Page
{
    public static Uri Of(string path) => new($"https://kubernetes.io/docs/{path}");
}

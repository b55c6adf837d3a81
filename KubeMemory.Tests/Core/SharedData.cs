using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KubeMemory.Core.Kubernetes;
using Xunit;

namespace KubeMemory.Tests.Core;

/// <summary>Captures of real clusters beside the repository: a test that reads them is skipped where they are absent.</summary>
internal static class SharedData
{
    public static string Require(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
            {
                var found = Path.Combine(folder.FullName, "..", "shared", "data", path);
                Assert.SkipUnless(Path.Exists(found), $"../shared/data/{path} is absent");
                return found;
            }
        }

        Assert.Skip("the solution's folder is not above the tests' folder");
        return "";
    }

    public static IReadOnlyList<KubePod> Pods(string path) => Read(path, KubeJsonContext.Default.KubeListKubePod);

    public static IReadOnlyList<KubeEvent> Events(string path) => Read(path, KubeJsonContext.Default.KubeListKubeEvent);

    public static IReadOnlyList<KubeNode> Nodes(string path) => Read(path, KubeJsonContext.Default.KubeListKubeNode);

    public static IReadOnlyList<KubeWorkload> Workloads(string path) => Read(path, KubeJsonContext.Default.KubeListKubeWorkload);

    private static T[] Read<T>(string path, JsonTypeInfo<KubeList<T>> type) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(Require(path)), type)?.Items ?? [];
}

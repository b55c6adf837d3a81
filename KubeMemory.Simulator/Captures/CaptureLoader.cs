using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Captures;

/// <summary>
/// Loads what people have of a cluster: a troubleshoot support bundle (folder or <c>.tar.gz</c>), a folder of
/// <c>kubectl cluster-info dump --output-directory</c> (of any age), files from <c>kubectl get … -o json|yaml</c>, or several of them together.
/// </summary>
public static class CaptureLoader
{
    /// <param name="paths">Folders, archives and files of one cluster. Where an object occurs twice the later one counts.</param>
    /// <exception cref="CaptureException">Nothing can be loaded; the message is one sentence for the user.</exception>
    public static Capture Load(IReadOnlyList<string> paths) => Load(paths, TimeProvider.System, CaptureLimits.Default);

    internal static Capture Load(IReadOnlyList<string> paths, TimeProvider time, CaptureLimits limits)
    {
        if (paths.Count == 0)
        {
            throw new CaptureException("No capture was named; give a folder, an archive or a file.");
        }

        var contents = new CaptureContents(limits);
        foreach (var path in paths)
        {
            var files = CaptureFiles.Open(path, limits, contents.Warnings);
            contents.Add(files);
        }

        var source = string.Join(", ", paths);
        var objects = contents.Objects();
        if (objects.Count == 0)
        {
            throw new CaptureException(
                $"{source} is not a capture of a cluster: it holds no pods, events or workloads; name a support bundle, a folder of \"kubectl cluster-info dump\" or files of \"kubectl get -o json\".");
        }

        contents.NoteUnusedKinds();
        var now = time.GetUtcNow();
        var newest = objects.Values.SelectMany(list => list).Select(CaptureTimes.Newest).Max() ?? now;
        return new Capture(
            source, ClusterId(objects), newest < now ? newest : now, contents.Version, objects, contents.Logs(), [.. contents.Warnings]);
    }

    private static string ClusterId(IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> objects)
    {
        var kubeSystem = objects.GetValueOrDefault("namespaces", []).FirstOrDefault(ns => MetadataText(ns, "name") == "kube-system");
        if (kubeSystem is not null && MetadataText(kubeSystem, "uid") is { Length: > 0 } uid)
        {
            return uid;
        }

        var identities = objects.Values.SelectMany(list => list).Select(Identity).Order(StringComparer.Ordinal);
        return Capture.ClusterIdOf(string.Join('\n', identities));
    }

    private static string Identity(JsonObject value) => MetadataText(value, "uid") is { Length: > 0 } uid
        ? uid
        : $"{KubernetesObjects.Text(value, "kind")}/{MetadataText(value, "namespace")}/{MetadataText(value, "name")}";

    private static string? MetadataText(JsonObject value, string field) =>
        KubernetesObjects.Text((JsonObject)value["metadata"]!, field);
}

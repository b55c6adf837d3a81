using System.Text;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Captures;

/// <summary>Collects the objects and logs of one capture from the files of all its paths.</summary>
internal sealed class CaptureContents(CaptureLimits limits)
{
    private const string BundleRoot = "cluster-resources";

    private readonly Dictionary<string, Dictionary<(string Namespace, string Name), JsonObject>> _objects = [];
    private readonly List<(string Namespace, string Pod, string File, string Text)> _bundleLogs = [];
    private readonly Dictionary<LogKey, string> _dumpLogs = [];
    private readonly SortedDictionary<string, int> _unusedKinds = new(StringComparer.Ordinal);

    /// <summary>One sentence for everything that was skipped.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The answer of <c>/version</c>.</summary>
    public JsonObject? Version { get; private set; }

    public void Add(CaptureFiles files)
    {
        var isBundle = files.Names().Any(name => Segments(name).Contains(BundleRoot));
        files.Read(
            name => Use(Segments(name), isBundle),
            (name, use, content) => AddFile(files.Source, name, use, content, isBundle));
    }

    public Dictionary<string, IReadOnlyList<JsonObject>> Objects() =>
        _objects.ToDictionary(kind => kind.Key, kind => (IReadOnlyList<JsonObject>)[.. kind.Value.Values]);

    public Dictionary<LogKey, string> Logs()
    {
        var logs = new Dictionary<LogKey, string>(_dumpLogs);
        var pods = _objects.GetValueOrDefault("pods", []);
        foreach (var log in _bundleLogs)
        {
            logs[CaptureLogs.Key((log.Namespace, log.Pod, log.File), pods.GetValueOrDefault((log.Namespace, log.Pod)))] = log.Text;
        }

        return logs;
    }

    public void NoteUnusedKinds()
    {
        if (_unusedKinds.Count > 0)
        {
            var kinds = string.Join(", ", _unusedKinds.Select(kind => $"{kind.Key} ({kind.Value})"));
            Warnings.Add($"Skipped objects of kinds that are not used: {kinds}.");
        }
    }

    private static string[] Segments(string name) => name.Split('/');

    private static FileUse Use(string[] path, bool isBundle)
    {
        if (path.Any(segment => segment is "__MACOSX" || segment.StartsWith("._", StringComparison.Ordinal)))
        {
            return FileUse.None;
        }

        if (CaptureLogs.TryBundleLog(path, out _))
        {
            return FileUse.Tail;
        }

        if (isBundle && !IsBundleObjects(path) && !IsVersion(path))
        {
            return FileUse.None;
        }

        var isDocument = Path.GetExtension(path[^1]).ToLowerInvariant() is ".json" or ".yaml" or ".yml";
        return isDocument || IsDumpLog(path, isBundle) || path.Length == 1 && !isBundle && IsPlainName(path[0]) ? FileUse.Whole : FileUse.None;
    }

    /// <summary>A single file may be called anything: <c>kubectl get pods -o yaml > pods.txt</c>.</summary>
    private static bool IsPlainName(string name) => Path.GetExtension(name).ToLowerInvariant() is "" or ".txt";

    /// <summary>
    /// Beside <c>cluster-resources</c> a bundle holds the results of collectors, and what were links to logs. Custom resources may
    /// claim any kind, and come twice.
    /// </summary>
    private static bool IsBundleObjects(string[] path)
    {
        var root = Array.IndexOf(path, BundleRoot);
        return root >= 0 && root < path.Length - 1 && path[root + 1] != "custom-resources";
    }

    /// <summary>cluster-resources/events/shop.json and payments/events.json: old bundles and dumps leave the kind to the path.</summary>
    private static string? KindOf(string name)
    {
        var path = Segments(name);
        var root = Array.IndexOf(path, BundleRoot);
        return ResourceKinds.FromFileName(root >= 0 && root < path.Length - 2 ? path[root + 1] : path[^1]);
    }

    private static bool IsVersion(string[] path) => path is [.., "cluster-info", "cluster_version.json"];

    private static bool IsDumpLog(string[] path, bool isBundle) => !isBundle && path is [.., _, _, "logs.txt"];

    private void AddFile(string source, string name, FileUse use, byte[] content, bool isBundle)
    {
        var path = Segments(name);
        if (CaptureLogs.TryBundleLog(path, out var log))
        {
            _bundleLogs.Add((log.Namespace, log.Pod, log.File, Encoding.UTF8.GetString(content)));
        }
        else if (IsDumpLog(path, isBundle))
        {
            foreach (var (key, text) in CaptureLogs.FromDump(Encoding.UTF8.GetString(content), path[^3], path[^2]))
            {
                _dumpLogs[key] = text.Length <= limits.KeptLogBytes ? text : text[^limits.KeptLogBytes..];
            }
        }
        else
        {
            AddDocuments(source, name, content, isBundle);
        }
    }

    private void AddDocuments(string source, string name, byte[] content, bool isBundle)
    {
        var shown = Path.GetFileName(source) == name ? source : $"{source}: {name}";
        var found = false;
        foreach (var document in CaptureDocuments.Parse(shown, content, limits))
        {
            if (TryVersion(document))
            {
                found = true;
                continue;
            }

            foreach (var value in KubernetesObjects.In(document, KindOf(name)))
            {
                found |= AddObject(shown, value);
            }

            // An empty list is a good answer: no pods in that namespace.
            found |= document is JsonObject list && (list.ContainsKey("items") || list.ContainsKey("Items"));
        }

        if (!found && !isBundle)
        {
            Warnings.Add($"{shown}: skipped, it holds no Kubernetes objects.");
        }
    }

    /// <returns>Whether it is an object of Kubernetes, used or not.</returns>
    private bool AddObject(string shown, JsonObject value)
    {
        if (KubernetesObjects.Text(value, "kind") is not { Length: > 0 } kind)
        {
            return false;
        }

        if (!ResourceKinds.TryGet(kind, out var plural, out var apiVersion))
        {
            _unusedKinds[kind] = _unusedKinds.GetValueOrDefault(kind) + 1;
            return true;
        }

        if (value["metadata"] is not JsonObject metadata || metadata["name"] is not JsonValue || KubernetesObjects.Text(metadata, "name") is "")
        {
            Warnings.Add($"{shown}: skipped a {kind} without a name.");
            return true;
        }

        KubernetesObjects.Normalise(value, apiVersion, ResourceKinds.IsClusterScoped(plural));
        var key = (KubernetesObjects.Text(metadata, "namespace") ?? "", KubernetesObjects.Text(metadata, "name")!);
        if (!_objects.TryGetValue(plural, out var objects))
        {
            _objects[plural] = objects = [];
        }

        objects[key] = value;
        return true;
    }

    // {"info":{"major":"1","gitVersion":"v1.31.2",…},"string":"v1.31.2"}          cluster-info/cluster_version.json
    // {"clientVersion":{…},"kustomizeVersion":"…","serverVersion":{…}}             kubectl version -o json
    private bool TryVersion(JsonNode? document)
    {
        if (document is not JsonObject value
            || (value["info"] ?? value["serverVersion"]) is not JsonObject version
            || KubernetesObjects.Text(version, "gitVersion") is null)
        {
            return false;
        }

        Version = (JsonObject)version.DeepClone();
        return true;
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Captures;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Simulator.Captures;

public sealed class CaptureLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OwnSupportBundle_HoldsEverythingThatIsUsed()
    {
        var capture = CaptureLoader.Load([CapturePaths.Own("own-support-bundle")]);

        Assert.Equal(5, capture.Objects["namespaces"].Count);
        Assert.Equal(2, capture.Objects["nodes"].Count);
        Assert.Equal(7, capture.Objects["pods"].Count(p => Namespace(p) == "shop"));
        Assert.Equal(6, capture.Objects["pods"].Count(p => Namespace(p) == "kube-system"));
        // The bundle's collector writes ReplicaSets into a folder called statefulsets-errors.json: kinds count, not folders.
        Assert.Equal(7, capture.Objects["replicasets"].Count);
        Assert.Equal("v1.31.4+k3s1", (string?)capture.Version?["gitVersion"]);
        Assert.Equal(Uid(capture.Objects["namespaces"].Single(n => Name(n) == "kube-system")), capture.ClusterId);
        Assert.Equal(DateTimeOffset.Parse("2026-02-17T09:14:31Z"), capture.CapturedAt);
        Assert.Equal(["Skipped objects of kinds that are not used: Service (1)."], capture.Warnings);
    }

    [Fact]
    public void Load_OwnSupportBundle_TellsPreviousLogFromCurrent()
    {
        var capture = CaptureLoader.Load([CapturePaths.Own("own-support-bundle")]);

        var pod = Name(capture.Objects["pods"].Single(p => Name(p).StartsWith("orders-api-", StringComparison.Ordinal)));
        Assert.Contains("cannot resolve host orders-db.data", capture.Logs[new LogKey("shop", pod, "api", true)], StringComparison.Ordinal);
        Assert.DoesNotContain("cannot resolve", capture.Logs[new LogKey("shop", pod, "api", false)], StringComparison.Ordinal);
        Assert.Equal(7, capture.Logs.Count);
    }

    [Theory]
    [InlineData(true, "bundle.tar.gz", "support-bundle-2026-02-17T09_14_40/")]
    [InlineData(true, "bundle.tgz", "./")]
    [InlineData(false, "bundle.tar", "")]
    public void Load_ArchiveOfTheBundle_EqualsItsFolder(bool gzip, string name, string prefix)
    {
        var archive = Pack(CapturePaths.Own("own-support-bundle"), name, prefix, gzip);

        var packed = CaptureLoader.Load([archive]);

        var folder = CaptureLoader.Load([CapturePaths.Own("own-support-bundle")]);
        Assert.Equal(folder.ClusterId, packed.ClusterId);
        Assert.Equal(folder.CapturedAt, packed.CapturedAt);
        Assert.Equal(Names(folder), Names(packed));
        Assert.Equal(folder.Logs.OrderBy(l => l.Key.ToString()), packed.Logs.OrderBy(l => l.Key.ToString()));
    }

    [Fact]
    public void Load_ClusterInfoDump_ReadsListsAndLogs()
    {
        var capture = CaptureLoader.Load([CapturePaths.Own("cluster-info-dump")]);

        Assert.Equal(["ledger-api", "ledger-sync"], capture.Objects["deployments"].Select(Name).Order());
        var pod = capture.Objects["pods"].Single(p => Name(p).StartsWith("ledger-sync-", StringComparison.Ordinal));
        Assert.Equal(("Pod", "v1"), ((string?)pod["kind"], (string?)pod["apiVersion"]));
        Assert.Contains("expected '=' after key", capture.Logs[new LogKey("payments", Name(pod), "sync", false)], StringComparison.Ordinal);
        var two = Name(capture.Objects["pods"].Single(p => p != pod));
        Assert.Equal("listening on :8080\n", capture.Logs[new LogKey("payments", two, "api", false)]);
        Assert.Equal("listening on :9090\n", capture.Logs[new LogKey("payments", two, "metrics", false)]);
        Assert.StartsWith("capture-", capture.ClusterId, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OldClusterInfoDump_BringsGoFieldsToTodaysNames()
    {
        var capture = CaptureLoader.Load([CapturePaths.Own("cluster-info-dump-old")]);

        var pod = Assert.Single(capture.Objects["pods"]);
        var container = pod["status"]!["containerStatuses"]![0]!;
        Assert.Equal("maps", Namespace(pod));
        Assert.Equal("CrashLoopBackOff", (string?)container["state"]!["waiting"]!["reason"]);
        Assert.Equal(134, (int)container["lastState"]!["terminated"]!["exitCode"]!);
        Assert.Equal(4, (int)container["restartCount"]!);
        Assert.Equal("192.168.70.13", (string?)pod["status"]!["hostIP"]);
        Assert.Equal("SSD", (string?)pod["spec"]!["nodeSelector"]!["Disk"]);
        Assert.Equal("tile-render-2871462973", (string?)pod["metadata"]!["ownerReferences"]![0]!["name"]);
        var backOff = Assert.Single(capture.Objects["events"]);
        Assert.Equal(Uid(pod), (string?)backOff["involvedObject"]!["uid"]);
        Assert.Equal("spec.containers{tile-render}", (string?)backOff["involvedObject"]!["fieldPath"]);
        Assert.Equal(17, (int)backOff["count"]!);
        Assert.Equal("kubelet", (string?)backOff["source"]!["component"]);
        Assert.Equal("apps/v1", (string?)capture.Objects["deployments"][0]["apiVersion"]);
        Assert.Equal("tile-render", (string?)capture.Objects["deployments"][0]["spec"]!["template"]!["metadata"]!["labels"]!["run"]);
        Assert.Contains("not a database", capture.Logs[new LogKey("maps", Name(pod), "tile-render", false)], StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.Parse("2017-10-12T11:06:50Z"), capture.CapturedAt);
    }

    [Fact]
    public void Load_YamlAndJsonOfOneList_AreTheSame()
    {
        var json = CaptureLoader.Load([CapturePaths.Own("kubectl-get/events-and-pods.json")]);
        var yaml = CaptureLoader.Load([CapturePaths.Own("kubectl-get/events-and-pods.yaml")]);

        Assert.Equal(json.ClusterId, yaml.ClusterId);
        Assert.Equal(json.CapturedAt, yaml.CapturedAt);
        Assert.All(json.Objects, kind => Assert.All(kind.Value.Zip(yaml.Objects[kind.Key]), pair => Assert.True(JsonNode.DeepEquals(pair.First, pair.Second))));
    }

    [Theory]
    [InlineData("oom", 1, 4)]
    [InlineData("image-pull", 1, 6)]
    [InlineData("init-crash-loop", 1, 3)]
    [InlineData("node-affinity", 1, 1)]
    [InlineData("missing-configmap", 1, 3)]
    [InlineData("failed-mount", 1, 3)]
    [InlineData("eviction", 2, 2)]
    public void Load_PodsFileAndEventsFile_AreOneCapture(string fault, int pods, int events)
    {
        var capture = CaptureLoader.Load([CapturePaths.Own($"kubectl-get/{fault}-pods.json"), CapturePaths.Own($"kubectl-get/{fault}-events.json")]);

        Assert.Equal(pods, capture.Objects["pods"].Count);
        Assert.Equal(events, capture.Objects["events"].Count);
        Assert.Empty(capture.Warnings);
        var uids = capture.Objects["pods"].Select(Uid).ToHashSet();
        Assert.All(capture.Objects["events"], e => Assert.Contains((string?)e["involvedObject"]!["uid"], uids));
    }

    [Fact]
    public void Load_StreamOfDocuments_KeepsTheLastStateOfEachObject()
    {
        var capture = CaptureLoader.Load([CapturePaths.Own("healthy-rollout.yaml")]);

        var current = capture.Objects["pods"].Where(p => Name(p).StartsWith("gateway-78d5f6c9b4-", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, current.Count);
        Assert.All(current, p => Assert.True((bool)p["status"]!["containerStatuses"]![0]!["ready"]!));
        Assert.Equal(2, capture.Objects["events"].Count(e => (string?)e["type"] == "Warning"));
        Assert.All(capture.Objects["events"], e => Assert.True(e["count"] is null || (int)e["count"]! == 1));
    }

    [Fact]
    public void Load_SameInputTwice_GivesTheSameClusterId()
    {
        var path = CapturePaths.Own("kubectl-get/oom-pods.json");

        Assert.Equal(CaptureLoader.Load([path]).ClusterId, CaptureLoader.Load([path]).ClusterId);
        Assert.NotEqual(CaptureLoader.Load([path]).ClusterId, CaptureLoader.Load([CapturePaths.Own("kubectl-get/eviction-pods.json")]).ClusterId);
    }

    [Fact]
    public void Load_TimesAhead_CapturedAtIsNow()
    {
        var now = DateTimeOffset.Parse("2026-01-01T00:00:00Z");

        var capture = CaptureLoader.Load([CapturePaths.Own("kubectl-get/oom-pods.json")], new FakeTimeProvider(now), CaptureLimits.Default);

        Assert.Equal(now, capture.CapturedAt);
    }

    [Fact]
    public void Load_EventsOfTheNewGroup_BecomeCoreEvents()
    {
        var path = _folder.Write("events.json", """
            {"kind":"EventList","apiVersion":"events.k8s.io/v1","items":[{"metadata":{"name":"web-1.17","namespace":"shop","creationTimestamp":"2026-01-02T03:04:05Z"},
             "regarding":{"kind":"Pod","namespace":"shop","name":"web-1"},"reason":"BackOff","note":"Back-off restarting failed container web","type":"Warning",
             "reportingController":"kubelet","deprecatedCount":4,"deprecatedFirstTimestamp":"2026-01-02T03:04:05Z","deprecatedSource":{"component":"kubelet"}}]}
            """);

        var found = Assert.Single(CaptureLoader.Load([path]).Objects["events"]);

        Assert.Equal("v1", (string?)found["apiVersion"]);
        Assert.Equal("web-1", (string?)found["involvedObject"]!["name"]);
        Assert.Equal("Back-off restarting failed container web", (string?)found["message"]);
        Assert.Equal(4, (int)found["count"]!);
        Assert.Equal("kubelet", (string?)found["reportingComponent"]);
    }

    [Fact]
    public void Load_WatchLines_TakesTheLastOfEachObject()
    {
        var path = _folder.Write("events.json", """
            {"type":"ADDED","object":{"kind":"Event","apiVersion":"v1","metadata":{"name":"a.1","namespace":"shop"},"count":1}}
            {"type":"MODIFIED","object":{"kind":"Event","apiVersion":"v1","metadata":{"name":"a.1","namespace":"shop"},"count":2}}
            {"type":"DELETED","object":{"kind":"Event","apiVersion":"v1","metadata":{"name":"a.1","namespace":"shop"},"count":1}}
            """);

        Assert.Equal(2, (int)Assert.Single(CaptureLoader.Load([path]).Objects["events"])["count"]!);
    }

    [Fact]
    public void Load_Utf16FromPowerShell_IsRead()
    {
        var path = _folder.PathOf("pods.json");
        File.WriteAllText(path, """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"größe"}}""", Encoding.Unicode);

        Assert.Equal("größe", Namespace(Assert.Single(CaptureLoader.Load([path]).Objects["pods"])));
    }

    [Fact]
    public void Load_FolderWithOtherFiles_MentionsWhatItSkipped()
    {
        _folder.Write("pods.json", """{"kind":"List","items":[{"kind":"Pod","metadata":{"name":"web"}},{"kind":"Service","metadata":{"name":"web"}},{"kind":"Pod","metadata":{}}]}""");
        _folder.Write("package.json", """{"name":"something-else"}""");
        _folder.Write("photo.png", "no text");

        var capture = CaptureLoader.Load([_folder.Path]);

        Assert.Equal("default", Namespace(Assert.Single(capture.Objects["pods"])));
        Assert.Equal(
            [
                $"{_folder.Path}: package.json: skipped, it holds no Kubernetes objects.",
                $"{_folder.Path}: pods.json: skipped a Pod without a name.",
                "Skipped objects of kinds that are not used: Service (1).",
            ],
            capture.Warnings);
    }

    [Fact]
    public void Load_ContainerWhoseNameEndsInPrevious_IsNotTakenForAPreviousLog()
    {
        _folder.Write("cluster-resources/pods/shop.json", """{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"web","namespace":"shop"},"spec":{"containers":[{"name":"sync-previous"}]}}]}""");
        _folder.Write("cluster-resources/pods/logs/shop/web/sync-previous.log", "now");
        _folder.Write("cluster-resources/pods/logs/shop/web/sync-previous-previous.log", "before");

        var logs = CaptureLoader.Load([_folder.Path]).Logs;

        Assert.Equal("now", logs[new LogKey("shop", "web", "sync-previous", false)]);
        Assert.Equal("before", logs[new LogKey("shop", "web", "sync-previous", true)]);
    }

    [Fact]
    public void Load_OldBundleWithBareLists_TakesTheKindFromThePath()
    {
        _folder.Write("cluster-resources/events/pods.json", """[{"metadata":{"name":"web.1","namespace":"pods"},"reason":"BackOff"}]""");
        _folder.Write("cluster-resources/pvcs/shop.json", """[{"metadata":{"name":"data","namespace":"shop"}}]""");

        var objects = CaptureLoader.Load([_folder.Path]).Objects;

        Assert.Equal("Event", (string?)Assert.Single(objects["events"])["kind"]);
        Assert.Equal("data", Name(Assert.Single(objects["persistentvolumeclaims"])));
    }

    [Fact]
    public void Load_LongLog_KeepsItsEnd()
    {
        _folder.Write("cluster-resources/pods/shop.json", """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop"}}""");
        _folder.Write("cluster-resources/pods/logs/shop/web/web.log", new string('x', 5000) + "the last words");

        var capture = CaptureLoader.Load([_folder.Path], TimeProvider.System, new CaptureLimits { KeptLogBytes = 100 });

        var log = capture.Logs[new LogKey("shop", "web", "web", false)];
        Assert.Equal(100, log.Length);
        Assert.EndsWith("the last words", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pods.json", """{"kind":"List","items":[{"kind":"Pod","meta""", "is damaged: it is not valid JSON at line 1, byte 44.")]
    [InlineData("pods.json", "{\"kind\":\"Pod\",\n\"kind\":\"Pod\"}", "is damaged: it is not valid JSON at line")]
    [InlineData("pods.yaml", "kind: Pod\nmetadata:\n  name: [web\n", "is damaged: it is not valid YAML at line")]
    [InlineData("pods.json", """{"kind":"Pod","metadata":{"name":"half \ud83d"}}""", "is damaged: its text is not valid Unicode near byte")]
    [InlineData("pods.json", """{"kind":"Pod","apiVersion":"v1","metadata":{"name":""}}""", "is not a capture of a cluster")]
    [InlineData("pods.json", """{"kind":"Pod","apiVersion":"v1","metadata":{"name":{"a":1}}}""", "is not a capture of a cluster")]
    [InlineData("pods.json", "", "is empty.")]
    [InlineData("pods.json", "[]", "is not a capture of a cluster")]
    [InlineData("pods.json", "[[1],2,null,\"x\"]", "is not a capture of a cluster")]
    [InlineData("notes.yaml", "just some words", "is not a capture of a cluster")]
    public void Load_UnusableFile_SaysWhatIsWrongInOneSentence(string name, string content, string expected)
    {
        var path = _folder.Write(name, content);

        var e = Assert.Throws<CaptureException>(() => CaptureLoader.Load([path]));

        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Load_NothingThere_SaysSo()
    {
        Assert.Equal($"{_folder.PathOf("gone")} does not exist.", Assert.Throws<CaptureException>(() => CaptureLoader.Load([_folder.PathOf("gone")])).Message);
        Assert.Equal($"{_folder.Path} is empty.", Assert.Throws<CaptureException>(() => CaptureLoader.Load([_folder.Path])).Message);
        Assert.Throws<CaptureException>(() => CaptureLoader.Load([]));
    }

    private string Pack(string folder, string name, string prefix, bool gzip)
    {
        var archive = _folder.PathOf(name);
        using var file = File.Create(archive);
        using Stream stream = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var tar = new TarWriter(stream);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order())
        {
            tar.WriteEntry(path, prefix + Path.GetRelativePath(folder, path).Replace('\\', '/'));
        }

        return archive;
    }

    private static IEnumerable<string> Names(Capture capture) =>
        capture.Objects.SelectMany(kind => kind.Value.Select(o => $"{kind.Key}/{Namespace(o)}/{Name(o)}/{Uid(o)}")).Order(StringComparer.Ordinal);

    private static string Name(JsonObject value) => (string)value["metadata"]!["name"]!;

    private static string? Namespace(JsonObject value) => (string?)value["metadata"]!["namespace"];

    private static string? Uid(JsonObject value) => (string?)value["metadata"]!["uid"];
}

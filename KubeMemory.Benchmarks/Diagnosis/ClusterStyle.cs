using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>
/// What a case need not say because its cluster does: how nodes are called, how the kubelet of that version words a back-off, and what a
/// healthy node reports. Made from names, so that a case is the same each time.
/// </summary>
/// <param name="NodeName">With a number in braces: <c>ip-10-0-3-{0}.eu-west-1.compute.internal</c>.</param>
/// <param name="Minor">Of Kubernetes 1.x.</param>
internal sealed record ClusterStyle(string Name, int Minor, string Runtime, string NodeName, string Allocatable)
{
    // "restarting failed container" got the names of container and pod in 1.26.
    private const int NamesInBackOff = 26;

    private static readonly ClusterStyle[] All =
    [
        new("eks", 29, "containerd://1.7.11", "ip-10-0-3-{0}.eu-west-1.compute.internal", "cpu=3920m, ephemeral-storage=18242267924, hugepages-2Mi=0, memory=15147548Ki, pods=58"),
        new("gke", 30, "containerd://1.7.22", "gke-prod-pool-1-4f0a{0}-b7xk", "cpu=1930m, ephemeral-storage=47060071478, memory=5925372Ki, pods=110"),
        new("aks", 28, "containerd://1.7.15", "aks-nodepool1-31718369-vmss0000{0}", "cpu=1900m, ephemeral-storage=119703055367, memory=4670708Ki, pods=30"),
        new("openshift", 27, "cri-o://1.27.8", "worker-{0}.ocp.example.org", "cpu=7500m, ephemeral-storage=114345831029, memory=31363184Ki, pods=250"),
        new("dockerd", 20, "docker://19.3.15", "k8s-node{0}", "cpu=8, ephemeral-storage=94992122485, memory=32779832Ki, pods=110"),
        new("k3s", 26, "containerd://1.6.12-k3s1", "pi-{0}", "cpu=4, ephemeral-storage=28994764546, memory=3880220Ki, pods=110"),
        new("kind", 33, "containerd://2.1.1", "kind-worker{0}", "cpu=16, ephemeral-storage=1055762868Ki, memory=32486532Ki, pods=110"),
        new("kubeadm", 31, "containerd://1.7.24", "node-{0}.lab.internal", "cpu=4, ephemeral-storage=48294789041, memory=16265896Ki, pods=110"),
        new("rke2", 24, "containerd://1.6.8-k3s1", "srv-k8s-0{0}", "cpu=12, ephemeral-storage=203056560Ki, memory=65803492Ki, pods=110"),
    ];

    public static IEnumerable<string> Names => All.Select(style => style.Name);

    /// <summary>Null where there is none of that name.</summary>
    public static ClusterStyle? Find(string name) => Array.Find(All, style => style.Name == name);

    public string NodeOf(string id) => string.Format(CultureInfo.InvariantCulture, NodeName, 1 + (Hash(id)[0] % 8));

    /// <summary>As the workload's controller names its pods.</summary>
    public static string PodOf(string kind, string workload, string id) => kind switch
    {
        "StatefulSet" => $"{workload}-0",
        "Pod" or "Node" or "PersistentVolumeClaim" => workload,
        "DaemonSet" or "Job" => $"{workload}-{Word(id, 5)}",
        "CronJob" => $"{workload}-28914{Hash(id)[2] % 900 + 100}-{Word(id, 5)}",
        _ => $"{workload}-{SetOf(workload)}-{Word(id, 5)}",
    };

    public static string SetOf(string workload) => Word(workload, 9);

    public static string UidOf(string id)
    {
        var hex = Convert.ToHexStringLower(Hash(id + "/uid"));
        return $"{hex[..8]}-{hex[8..12]}-4{hex[13..16]}-a{hex[17..20]}-{hex[20..32]}";
    }

    /// <summary>The Event's text.</summary>
    public string BackOff(string container, string pod, string ns, string uid) =>
        Minor >= NamesInBackOff ? $"Back-off restarting failed container {container} in pod {pod}_{ns}({uid})" : "Back-off restarting failed container";

    public string HealthyNode => $"""
        MemoryPressure: False since 2026-03-02T07:14:51Z (KubeletHasSufficientMemory: kubelet has sufficient memory available)
        DiskPressure: False since 2026-03-02T07:14:51Z (KubeletHasNoDiskPressure: kubelet has no disk pressure)
        PIDPressure: False since 2026-03-02T07:14:51Z (KubeletHasSufficientPID: kubelet has sufficient PID available)
        Ready: True since 2026-03-02T07:15:12Z (KubeletReady: kubelet is posting ready status)
        allocatable: {Allocatable}
        """;

    // The letters that Kubernetes makes names of: no vowels, nothing that looks like something else.
    private static string Word(string of, int length)
    {
        const string Letters = "bcdfghjklmnpqrstvwxz2456789";
        return string.Concat(Hash(of).Take(length).Select(b => Letters[b % Letters.Length]));
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

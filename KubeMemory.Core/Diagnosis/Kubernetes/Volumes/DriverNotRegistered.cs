using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class DriverNotRegistered
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "csi-driver-not-registered",
        Title = "The storage driver is not on the node",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues =
        [
            Clue.Event("driver name (?<driver>[-A-Za-z0-9.]*[A-Za-z0-9]) not found in the list of registered CSI drivers"),
            Clue.Event("CSINode [^\\n]*does not contain driver (?<driver>[-A-Za-z0-9.]*[A-Za-z0-9])"),
            Clue.Event("(?i)no volume plugin matched(?: name: (?<driver>[^\\s,]*[^\\s,.]))?|dial unix /var/lib/kubelet/plugins/(?<driver>[^/\\s]+)/[^\\n]*(?:connection refused|no such file)"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The storage driver {driver} is not registered with the kubelet of the node[ {node}]: its node pod does not run there, has just started or has crashed.",
        Thing = "driver",
        Steps =
        [
            new("See which drivers are registered on which nodes.", "kubectl get csinodes"),
            new("See whether the driver's node pod runs on this node.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("See whether the driver is installed at all.", "kubectl get csidrivers"),
            new("Restart the driver's DaemonSet.", "kubectl rollout restart daemonset <driver> -n <namespace of the driver>", Changes: true),
        ],
        Prevention = ["Let the driver's DaemonSet tolerate every taint of the nodes that run its workloads, and give it a high priority class."],
        Documentation = Page.Of("concepts/storage/volumes/#csi"),
        Samples = [Example.Mount("MountVolume.MountDevice failed for volume \"pvc-77\" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name disk.csi.azure.com not found in the list of registered CSI drivers", "disk.csi.azure.com"), Example.Mount("AttachVolume.Attach failed for volume \"pvc-77\" : CSINode worker-2 does not contain driver pd.csi.storage.gke.io", "pd.csi.storage.gke.io")],
        NearMisses = [Example.Mount("AttachVolume.Attach failed for volume \"pvc-77\" : rpc error: code = NotFound desc = Volume not found")],
    };
}

using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class MountTimeout
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-mount-timeout",
        Title = "A volume is not mounted in time",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues =
        [
            Clue.Event(@"[Uu]nable to (?:attach or )?mount volumes(?: for pod [^\n]*?)?: [^\n]*?(?:unmounted volumes=\[|list of unmounted volumes=\[)(?<volume>[^\]\s]+)"),
            Clue.Event("timeout expired waiting for volumes to attach|timed out waiting for [^\\n]*(?:attach|mount)|failed to process volumes=|MountDevice failed[^\\n]*(?:DeadlineExceeded|deadline exceeded)|MountVolume[^\\n]*code = DeadlineExceeded"),
        ],
        Specificity = 15,
        Verdict = Verdict.Likely,
        Cause = "The volume[ {volume}] of the pod was not attached or mounted in time. The kubelet says only that it waited; another event of the pod, of its claim or of the storage driver says for what.",
        Thing = "volume",
        Steps =
        [
            Step.DescribePod,
            new("See whether the claims are bound.", "kubectl get pvc -n {namespace}"),
            new("See whether a volume is attached elsewhere, or an attachment hangs.", "kubectl get volumeattachments"),
            new("See whether the storage driver's pods run, on the node as well.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
        ],
        Prevention = ["Watch the storage driver's pods and the age of unfinished attachments."],
        Documentation = Page.Of("concepts/storage/persistent-volumes/"),
        Samples =
        [
            Example.Mount("Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access-7zq4b]: timed out waiting for the condition", "data"),
            Example.Mount("Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: context deadline exceeded", "data"),
        ],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"data\" : hostPath type check failed: /srv/data is not a directory")],
    };
}

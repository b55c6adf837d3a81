using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class HostPathType
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "host-path-type-mismatch",
        Title = "The host path is not what the pod demands",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues = [Clue.Event($"hostPath type check failed: (?<path>{Fragment.Path}) (?<how>is not an? [^\\n]*[^\\s.,])"), Clue.Event("hostPath type check failed")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The pod mounts {path} of the node[ {node}], which {how}, or is not there.",
        Thing = "path",
        Steps =
        [
            new("See on which node the pod stands.", "kubectl get pod {pod} -o wide -n {namespace}"),
            new("On that node: ls -ld {path}."),
            Step.Edit("Correct path or type; DirectoryOrCreate makes a missing directory."),
        ],
        Prevention = ["Use host paths only for agents of the node, and with a node selector for the nodes that have them."],
        Documentation = Page.Of("concepts/storage/volumes/#hostpath"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"logs\" : hostPath type check failed: /var/log/audit is not a directory", "/var/log/audit"), Example.Mount("MountVolume.SetUp failed for volume \"sock\" : hostPath type check failed: /run/agent.sock is not a socket file", "/run/agent.sock")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"logs\" : mkdir /var/log/audit: permission denied")],
    };
}

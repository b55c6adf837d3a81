using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class ConfigSyncTimeout
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "config-sync-timeout",
        Title = "The kubelet could not read a config map or secret in time",
        Area = SignatureArea.Start,
        Types = [IncidentType.FailedMount, IncidentType.ConfigError, IncidentType.CreateContainerError],
        Clues = [Clue.Event("failed to sync (?<object_kind>configmap|secret) cache: timed out waiting for the condition")],
        Specificity = 41,
        Verdict = Verdict.Likely,
        Cause = "The kubelet of the node[ {node}] could not read a {object_kind} from the API server in time: the two are badly connected, or the kubelet is just starting. It tries again by itself.",
        Thing = "node",
        Steps = [Step.DescribePod, Step.DescribeNode, new("If it lasts: on the node, read what the kubelet says of the API server (journalctl -u kubelet).")],
        Prevention = ["Watch the latency between kubelets and API server, and keep the number of secrets and config maps a node watches within bounds."],
        Documentation = Page.Of("concepts/configuration/secret/"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"config\" : failed to sync configmap cache: timed out waiting for the condition", "worker-2")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"config\" : configmap \"web\" not found")],
    };
}

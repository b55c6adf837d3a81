using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class InsufficientEphemeralStorage
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "insufficient-ephemeral-storage",
        Title = "No node has enough ephemeral storage left",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event(@"Insufficient (?<resource>ephemeral-storage)\b")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "No node that may take the pod has enough local disk space that other pods have not reserved. [It asks for {asks} ephemeral-storage.] [It asks for {requested} ephemeral-storage; node {node} has {allocatable} allocatable, {taken} of it requested by others, {free} left.] [{partial}] [{too_big}] [{fits}] [Other nodes: {besides}.]",
        Thing = "resource",
        Refine = SchedulerCause.OfResource(resource => resource == "ephemeral-storage"),
        Steps =
        [
            new("Read the allocatable and reserved ephemeral-storage of each node.", "kubectl describe nodes"),
            Step.Template,
            Step.Edit("Lower the ephemeral-storage request, or move the data to a PersistentVolumeClaim."),
        ],
        Prevention = ["Ask only for the ephemeral storage that logs, layers and emptyDir volumes really take, and give nodes larger disks."],
        Documentation = Page.Of("concepts/storage/ephemeral-storage/"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient ephemeral-storage. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.", "ephemeral-storage"),
        ],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 node(s) did not have enough free storage.")],
    };
}

using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class InsufficientExtendedResource
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "insufficient-extended-resource",
        Title = "No node has the special resource free",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event(@"Insufficient (?<resource>[A-Za-z0-9](?:[-A-Za-z0-9._]*[A-Za-z0-9])?/[A-Za-z0-9](?:[-A-Za-z0-9._]*[A-Za-z0-9])?|hugepages-[0-9]+[KMG]i|attachable-volumes-[a-z-]+)")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "No node that may take the pod has enough {resource} free. [It asks for {asks}.] [It asks for {requested}; node {node} has {allocatable}, {taken} of them taken, {free} left.] [{partial}] [Other nodes: {besides}.] A node offers such a resource only where its device plugin runs or its kubelet is set up for it.",
        Thing = "resource",
        Refine = SchedulerCause.OfResource(resource => resource.Contains('/') || resource.StartsWith("hugepages-", StringComparison.Ordinal) || resource.StartsWith("attachable-volumes-", StringComparison.Ordinal)),
        Steps =
        [
            new("See which nodes offer {resource}, and how much of it is taken.", "kubectl describe nodes"),
            new("See whether the device plugin runs on the nodes that have the device.", "kubectl get daemonsets --all-namespaces"),
            Step.Template,
            Step.Edit("Ask for as much as a node has, or for none where the workload can do without."),
        ],
        Prevention = ["Keep device plugins running on all nodes with devices, and give such pools an autoscaler of their own.", "Free devices of finished work: Jobs with a time to live, notebooks with a culler."],
        Documentation = Page.Of("tasks/manage-gpus/scheduling-gpus/"),
        Samples =
        [
            Example.Scheduling("0/4 nodes are available: 4 Insufficient nvidia.com/gpu. preemption: 0/4 nodes are available: 4 No preemption victims found for incoming pod.", "nvidia.com/gpu"),
            Example.Scheduling("0/2 nodes are available: 2 Insufficient hugepages-2Mi.", "hugepages-2Mi"),
            Example.Scheduling("0/7 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 4 Insufficient smarter-devices/fuse.", "smarter-devices/fuse"),
        ],
        NearMisses =
        [
            Example.Scheduling("0/6 nodes are available: 2 node(s) had untolerated taint {nvidia.com/gpu: present}, 4 Insufficient nvidia.com/gpu."),
            Example.Scheduling("0/4 nodes are available: 4 Insufficient cpu."),
        ],
    };
}

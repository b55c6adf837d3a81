using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class NodeAffinityUnmatched
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "node-affinity-unmatched",
        Title = "No node satisfies the node affinity or selector",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("didn't match (?:[Pp]od's |scheduler-enforced )?node (?:affinity|selector)|Predicate NodeAffinity failed|NodeAffinity")],
        Unless = [Clue.Spec(@"(?:^|\n)node selector: ")],
        Specificity = 41,
        Verdict = Verdict.Confirmed,
        Cause = "No node that is free to take the pod satisfies its required node affinity or node selector. [It requires {term}.] [{count} of {nodes} nodes do not match.] [Other nodes: {besides}.]",
        Thing = "term",
        Refine = (incident, facts) => SchedulerCause.Of(BlockKind.Affinity)(incident, facts) is { } more ? NodeAffinityTerm.AddTo(incident, more) : null,
        Steps =
        [
            new("See the labels of the nodes.", "kubectl get nodes --show-labels"),
            new("Read nodeSelector and affinity of the pod.", "kubectl get pod {pod} -o yaml -n {namespace}"),
            Step.Edit("Correct the affinity, or make it preferred instead of required."),
            new("Or label the node that the pod is meant for.", "kubectl label node <node> <key>=<value>", Changes: true),
        ],
        Prevention = ["Set labels by the node pool's configuration, so that replaced nodes have them too, and prefer preferred affinity where the pod could run elsewhere."],
        Documentation = Page.Of("concepts/scheduling-eviction/assign-pod-node/#node-affinity"),
        Samples =
        [
            Example.Scheduling("0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.", "topology.kubernetes.io/zone In eu-west-1c")
                .And(EvidenceKind.PodSpec, """
                    container web
                      image: registry.example.com/shop/web:1.4.2
                    affinity: {"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"topology.kubernetes.io/zone","operator":"In","values":["eu-west-1c"]}]}]}}}
                    """),
            Example.Scheduling("0/4 nodes are available: 4 node(s) didn't match Pod's node affinity."),
        ],
        NearMisses =
        [
            Example.Scheduling("0/4 nodes are available: 4 node(s) had volume node affinity conflict."),
            Example.Scheduling("0/4 nodes are available: 4 node(s) didn't match pod anti-affinity rules."),
        ],
    };
}

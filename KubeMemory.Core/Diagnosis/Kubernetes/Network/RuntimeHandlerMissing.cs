using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class RuntimeHandlerMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "runtime-handler-missing",
        Title = "The node does not know the runtime class's handler",
        Area = SignatureArea.Network,
        Types = [IncidentType.SandboxFailure, IncidentType.CreateContainerError, IncidentType.Unknown],
        Clues = [Clue.Event($"(?i)no runtime for {Fragment.Quote}(?<handler>{Fragment.Quoted}){Fragment.Quote} is configured|(?:RuntimeHandler|runtime handler) {Fragment.MaybeQuote}(?<handler>[-\\w.]+){Fragment.MaybeQuote} (?:not supported|not found|is not)|failed to find runtime handler (?<handler>[-\\w.]+)")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The pod's RuntimeClass asks for the handler {handler}, which the container runtime of the node[ {node}] has not been set up with.",
        Thing = "handler",
        Steps = [new("See the runtime classes and on which nodes they may run.", "kubectl get runtimeclass -o yaml"), Step.DescribeNode, Step.Edit("Use another runtime class, or set its scheduling.nodeSelector to the nodes that have the handler.")],
        Prevention = ["Give every RuntimeClass a node selector for the nodes that are set up for it."],
        Documentation = Page.Of("concepts/containers/runtime-class/"),
        Samples = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for \"gvisor\" is configured", "gvisor"), Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = RuntimeHandler \"kata\" not supported", "kata")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found")],
    };
}

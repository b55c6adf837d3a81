namespace KubeMemory.Core.Diagnosis.Kubernetes;

/// <summary>Steps that many signatures share.</summary>
internal static class Step
{
    public static SignatureStep DescribePod { get; } = new("Read the state and the events of the pod.", "kubectl describe pod {pod} -n {namespace}");

    public static SignatureStep DescribeNode { get; } = new("Read the conditions, taints and reserved resources of the node.", "kubectl describe node {node}");

    public static SignatureStep Template { get; } = new("Read what the workload asks for.", "kubectl get {kind} {workload} -o yaml -n {namespace}");

    public static SignatureStep Edit(string what) => new(what, "kubectl edit {kind} {workload} -n {namespace}", Changes: true);
}

namespace KubeMemory.Core.Diagnosis.Processes;

/// <summary>Steps that many signatures of processes share, and pages that they point to.</summary>
internal static class ProcessSteps
{
    public static readonly SignatureStep PreviousLog = new(
        "Read what the container said before it ended.", "kubectl logs {pod} -n {namespace} -c {container} --previous --tail=100");

    public static readonly SignatureStep CurrentLog = new("Read what the container says.", "kubectl logs {pod} -n {namespace} -c {container} --tail=100");

    public static readonly SignatureStep Describe = new("See how the pod stands and what it asks for.", "kubectl describe pod {pod} -n {namespace}");

    public static readonly SignatureStep Environment = new(
        "See which settings, config maps and secrets the workload is given.", "kubectl get {kind} {workload} -n {namespace} -o yaml");

    public static readonly SignatureStep Services = new("See whether a Service of that name is there and has endpoints.", "kubectl get services,endpointslices -n {namespace}");

    public static readonly SignatureStep Policies = new("See whether a network policy stands between.", "kubectl get networkpolicies -n {namespace}");

    public static readonly SignatureStep Rollouts = new("See whether it began with a rollout.", "kubectl rollout history {kind}/{workload} -n {namespace}");

    public static readonly SignatureStep RollBack = new(
        "If it began with the last rollout, go back to the one before.", "kubectl rollout undo {kind}/{workload} -n {namespace}", Changes: true);

    public static readonly Uri DebugPods = new("https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/");
    public static readonly Uri DebugServices = new("https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/");
    public static readonly Uri Dns = new("https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/");
    public static readonly Uri Reason = new("https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/");
    public static readonly Uri Probes = new("https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/");
    public static readonly Uri Memory = new("https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/");
    public static readonly Uri Secrets = new("https://kubernetes.io/docs/concepts/configuration/secret/");
    public static readonly Uri ConfigMaps = new("https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/");
    public static readonly Uri EnvironmentVariables = new("https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/");
    public static readonly Uri SecurityContext = new("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/");
    public static readonly Uri Command = new("https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/");
    public static readonly Uri Images = new("https://kubernetes.io/docs/concepts/containers/images/");
}

using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis.Kubernetes;

/// <summary>The same failures in the words of other versions, runtimes and clouds than the samples': none of these was used to write a pattern.</summary>
public sealed class WordingsTests
{
    [Theory]
    // Scheduling: 1.19 to 1.34, and several reasons at once
    [InlineData(IncidentType.FailedScheduling, "0/7 nodes are available: 1 node(s) had taint {node.kubernetes.io/unreachable: }, that the pod didn't tolerate, 3 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 Insufficient cpu.", "insufficient-cpu", "cpu")]
    [InlineData(IncidentType.FailedScheduling, "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {team: research}. preemption: 0/5 nodes are available: 2 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.", "insufficient-cpu", "cpu")]
    [InlineData(IncidentType.FailedScheduling, "0/12 nodes are available: 3 Insufficient memory, 4 Insufficient cpu, 8 node(s) didn't match Pod's node affinity/selector. preemption: 0/12 nodes are available: 4 No preemption victims found for incoming pod, 8 Preemption is not helpful for scheduling.", "insufficient-cpu", "cpu")]
    [InlineData(IncidentType.FailedScheduling, "0/3 nodes are available: 1 Insufficient cpu, 3 Insufficient memory.", "insufficient-memory", "memory")]
    [InlineData(IncidentType.FailedScheduling, "0/8 nodes are available: 3 node(s) had untolerated taint {CriticalAddonsOnly: true}, 5 node(s) had untolerated taint {CriticalAddonsOnly: true}.", "untolerated-taint", "CriticalAddonsOnly=true")]
    [InlineData(IncidentType.FailedScheduling, "0/4 nodes are available: 4 node(s) had untolerated taint(s). preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.", "untolerated-taint", null)]
    [InlineData(IncidentType.FailedScheduling, "0/2 nodes are available: 2 node(s) had taints that the pod didn't tolerate.", "untolerated-taint", null)]
    [InlineData(IncidentType.FailedScheduling, "0/5 nodes are available: 5 Insufficient amd.com/gpu. no new claims to deallocate, preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.", "insufficient-extended-resource", "amd.com/gpu")]
    [InlineData(IncidentType.FailedScheduling, "0/9 nodes are available: 3 Insufficient cpu, 6 node(s) had volume node affinity conflict.", "volume-zone-conflict", null)]
    [InlineData(IncidentType.FailedScheduling, "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/network-unavailable: }, 2 node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }.", "nodes-in-trouble", "node.kubernetes.io/memory-pressure")]
    [InlineData(IncidentType.FailedScheduling, "0/3 nodes are available: 3 persistentvolumeclaim \"pg-data\" not found.", "claim-missing", "pg-data")]
    [InlineData(IncidentType.FailedScheduling, "error while running \"VolumeBinding\" prefilter plugin for pod \"db-0\": pod has unbound immediate PersistentVolumeClaims", "unbound-claim", null)]
    [InlineData(IncidentType.FailedScheduling, "0/3 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules, 2 node(s) didn't match pod anti-affinity rules. preemption: not eligible due to preemptionPolicy=Never.", "pod-anti-affinity-conflict", null)]
    [InlineData(IncidentType.FailedScheduling, "0/3 nodes are available: 3 node(s) didn't match pod affinity/anti-affinity rules, 3 node(s) didn't match pod affinity rules.", "pod-affinity-unmatched", null)]
    [InlineData(IncidentType.FailedScheduling, "Pod was rejected: Node didn't have enough resource: ephemeral-storage, requested: 5368709120, used: 0, capacity: 4294967296", "kubelet-refused-pod", "ephemeral-storage")]
    [InlineData(IncidentType.FailedScheduling, "Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 1, Available: 0, which is unexpected", "kubelet-refused-pod", "nvidia.com/gpu")]
    // Images: containerd, CRI-O, dockerd; GKE, EKS, AKS
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"europe-west4-docker.pkg.dev/p1/app/api:77\": rpc error: code = NotFound desc = failed to pull and unpack image \"europe-west4-docker.pkg.dev/p1/app/api:77\": failed to resolve reference \"europe-west4-docker.pkg.dev/p1/app/api:77\": europe-west4-docker.pkg.dev/p1/app/api:77: not found", "image-not-found", "europe-west4-docker.pkg.dev/p1/app/api:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"myreg.azurecr.io/api:77\": [rpc error: code = Unknown desc = failed to pull and unpack image \"myreg.azurecr.io/api:77\": failed to resolve reference \"myreg.azurecr.io/api:77\": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized]", "image-access-denied", "myreg.azurecr.io/api:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"quay.io/corp/api:77\": rpc error: code = Unknown desc = Error reading manifest 77 in quay.io/corp/api: unauthorized: access to the requested resource is not authorized", "image-access-denied", "quay.io/corp/api:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"gcr.io/p1/api:77\": rpc error: code = Unknown desc = failed to pull and unpack image \"gcr.io/p1/api:77\": failed to resolve reference \"gcr.io/p1/api:77\": pulling from host gcr.io failed with status code [manifests 77]: 403 Forbidden", "image-access-denied", "gcr.io/p1/api:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"corp/api:77\": rpc error: code = Unknown desc = Error response from daemon: pull access denied for corp/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", "image-access-denied", "corp/api:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"123.dkr.ecr.us-east-1.amazonaws.com/api:77\": rpc error: code = Unknown desc = Error response from daemon: pull access denied for 123.dkr.ecr.us-east-1.amazonaws.com/api, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again.", "image-access-denied", "123.dkr.ecr.us-east-1.amazonaws.com/api:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"busybox:1\": initializing source docker://busybox:1: reading manifest 1 in docker.io/library/busybox: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit", "image-rate-limited", "docker.io")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"harbor.int/api:77\": rpc error: code = Unknown desc = pinging container registry harbor.int: Get \"https://harbor.int/v2/\": dial tcp: lookup harbor.int on 169.254.20.10:53: server misbehaving", "registry-name-unresolved", "harbor.int")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"harbor.int/api:77\": rpc error: code = Unknown desc = pinging container registry harbor.int: Get \"https://harbor.int/v2/\": dial tcp 10.9.9.9:443: connect: no route to host", "registry-unreachable", "harbor.int")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"harbor.int/api:77\": rpc error: code = DeadlineExceeded desc = failed to pull and unpack image \"harbor.int/api:77\": failed to resolve reference \"harbor.int/api:77\": failed to do request: Head \"https://harbor.int/v2/api/manifests/77\": context deadline exceeded", "registry-unreachable", "harbor.int")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"harbor.int/api:77\": rpc error: code = Unknown desc = Error response from daemon: Get \"https://harbor.int/v2/\": x509: certificate is valid for ingress.local, not harbor.int", "registry-certificate-untrusted", "harbor.int")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"harbor.int/api:77\": choosing an image from manifest list docker://harbor.int/api:77: no image found in manifest list for architecture arm64, variant \"v8\", OS linux", "image-platform-mismatch", "harbor.int/api:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to inspect image \"harbor.int/API:77\": rpc error: code = InvalidArgument desc = couldn't parse image reference \"harbor.int/API:77\": invalid reference format: repository name must be lowercase", "image-name-invalid", "harbor.int/API:77")]
    [InlineData(IncidentType.ImagePullBackOff, "Failed to pull image \"corp/big:2\": writing blob: adding layer with blob \"sha256:aa\": processing tar file(write /opt/big.bin: no space left on device): exit status 1", "disk-full-while-pulling", "node-9")]
    // Start: containerd, CRI-O with runc and crun, dockerd
    [InlineData(IncidentType.CreateContainerError, "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: \"npm run start\": executable file not found in $PATH: unknown", "command-not-found", "npm run start")]
    [InlineData(IncidentType.CrashLoopBackOff, "Error: container create failed: time=\"2023-01-09T08:00:00Z\" level=error msg=\"container_linux.go:380: starting container process caused: exec: \\\"/app/serve\\\": stat /app/serve: no such file or directory\"", "command-not-found", "/app/serve")]
    [InlineData(IncidentType.CreateContainerError, "Error: container create failed: open executable: No such file or directory", "command-not-found", null)]
    [InlineData(IncidentType.CreateContainerError, "Error: failed to start container \"api\": Error response from daemon: OCI runtime create failed: container_linux.go:349: starting container process caused \"exec: \\\"./entry.sh\\\": permission denied\": unknown", "command-not-executable", "./entry.sh")]
    [InlineData(IncidentType.CreateContainerError, "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting \"/var/lib/kubelet/pods/1/volumes/kubernetes.io~configmap/conf\" to rootfs at \"/etc/app/app.yaml\": create mountpoint for /etc/app/app.yaml mount: cannot create subdirectories in \"/run/containerd/rootfs/etc/app/app.yaml\": not a directory: unknown", "sub-path-mount-failed", "/etc/app/app.yaml")]
    [InlineData(IncidentType.ConfigError, "Error: couldn't find key redis-url in Secret prod/cache", "config-key-missing", "redis-url")]
    [InlineData(IncidentType.ConfigError, "Error: configmap \"feature-flags\" not found", "config-map-missing", "feature-flags")]
    [InlineData(IncidentType.ConfigError, "Error: container's runAsUser breaks non-root policy (pod: \"api\", container: api)", "run-as-non-root-refused", "corp/api:77")]
    [InlineData(IncidentType.CrashLoopBackOff, "Error: failed to create containerd task: OCI runtime create failed: container_linux.go:380: starting container process caused: process_linux.go:545: container init caused: process_linux.go:508: setting cgroup config for procHooks process caused: failed to write \"1024\" to \"/sys/fs/cgroup/memory/kubepods/memory.limit_in_bytes\": write /sys/fs/cgroup/memory/kubepods/memory.limit_in_bytes: device or resource busy: unknown", "memory-limit-too-low-to-start", null)]
    // Volumes: in-tree, CSI, NFS
    [InlineData(IncidentType.FailedMount, "MountVolume.SetUp failed for volume \"nfs-vol\" : mount failed: exit status 32\nMounting command: systemd-run\nMounting arguments: --description=Kubernetes transient mount for /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/nfs-vol --scope -- mount -t nfs -o vers=4.1 nas01.int:/vol/a /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/nfs-vol\nOutput: Running scope as unit: run-r1.scope\nmount.nfs: Connection refused", "network-storage-unreachable", "nas01.int")]
    [InlineData(IncidentType.FailedMount, "Unable to mount volumes for pod \"db-0_prod(11)\": timeout expired waiting for volumes to attach or mount for pod \"prod\"/\"db-0\". list of unmounted volumes=[pgdata]. list of unattached volumes=[pgdata default-token-x]", "volume-mount-timeout", "pgdata")]
    [InlineData(IncidentType.FailedMount, "MountVolume.SetUp failed for volume \"certs\" : secret \"ingress-cert\" not found", "volume-secret-missing", "ingress-cert")]
    [InlineData(IncidentType.FailedMount, "MountVolume.SetUp failed for volume \"certs\" : [references non-existent secret key: ca.crt, references non-existent secret key: tls.crt]", "volume-key-missing", "ca.crt")]
    [InlineData(IncidentType.FailedMount, "AttachVolume.Attach failed for volume \"pvc-1\" : rpc error: code = Internal desc = Could not attach volume \"vol-1\" to node \"i-2\": attachment of disk \"vol-1\" failed, expected device to be attached but was attaching", "volume-attach-failed", "pvc-1")]
    // Network
    [InlineData(IncidentType.SandboxFailure, "Failed to create pod sandbox: rpc error: code = Unknown desc = [failed to set up sandbox container \"1\" network for pod \"api\": networkPlugin cni failed to set up pod \"api_prod\" network: add cmd: failed to assign an IP address to container, failed to clean up sandbox container]", "pod-addresses-exhausted", "node-9")]
    [InlineData(IncidentType.SandboxFailure, "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"1\": plugin type=\"cilium-cni\" failed (add): unable to connect to Cilium daemon: failed to create cilium agent client after 30.000000 seconds timeout: Get \"http://localhost/v1/config\": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory\nIs the agent running?", "network-agent-down", "node-9")]
    [InlineData(IncidentType.SandboxFailure, "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox k8s_api_prod_1(1): error adding pod prod_api to CNI network \"multus-cni-network\": plugin type=\"multus\" name=\"multus-cni-network\" failed (add): Multus: [prod/api/1]: error getting pod: Unauthorized", "network-plugin-unauthorised", "multus")]
    // Nodes
    [InlineData(IncidentType.Evicted, "The node was low on resource: memory. Container api was using 2131152Ki, which exceeds its request of 512Mi. Container proxy was using 50Mi, which exceeds its request of 0.", "evicted-node-memory", "node-9")]
    [InlineData(IncidentType.Evicted, "The node was low on resource: ephemeral-storage. Container api was using 101Gi, which exceeds its request of 0. ", "evicted-node-disk", "node-9")]
    [InlineData(IncidentType.PreemptedOrKilled, "Preempted by a pod on node node-9", "preempted-by-higher-priority", null)]
    [InlineData(IncidentType.PreemptedOrKilled, "Node is shutting, evicting pods: pod was terminated in response to imminent node shutdown.", "node-shutdown", "node-9")]
    // Jobs and admission
    [InlineData(IncidentType.JobFailed, "Job was active longer than specified deadline", "job-deadline-exceeded", "api")]
    [InlineData(IncidentType.ConfigError, "Error creating: pods \"api-5f\" is forbidden: exceeded quota: mem-cpu, requested: limits.memory=2Gi,requests.cpu=1, used: limits.memory=7Gi,requests.cpu=3, limited: limits.memory=8Gi,requests.cpu=4", "quota-exceeded", "mem-cpu")]
    [InlineData(IncidentType.ConfigError, "Error creating: Internal error occurred: failed calling webhook \"istio.injector\": failed to call webhook: Post \"https://istiod.istio-system.svc:443/inject?timeout=10s\": service \"istiod\" not found", "webhook-unreachable", "istio.injector")]
    [InlineData(IncidentType.ConfigError, "Error creating: pods \"api-5f-x\" is forbidden: violates PodSecurity \"baseline:v1.29\": host namespaces (hostNetwork=true), hostPath volumes (volume \"logs\")", "pod-security-violated", "baseline")]
    [InlineData(IncidentType.ConfigError, "Error creating: pods \"api-5f-x\" is forbidden: error looking up service account prod/api: serviceaccount \"api\" not found", "service-account-missing", "api")]
    public void Diagnose_OtherWording_NamesTheCauseAndTheThing(IncidentType type, string message, string id, string? thing)
    {
        var main = Diagnoser.Default.Diagnose(Case(type, message)).Main;

        Assert.Equal((id, thing), (main?.Signature.Id, main?.Thing));
    }

    [Theory]
    [InlineData(IncidentType.CrashLoopBackOff, "Back-off restarting failed container api in pod api-5f-x_prod(1)")]
    [InlineData(IncidentType.ImagePullBackOff, "Back-off pulling image \"corp/api:77\"")]
    [InlineData(IncidentType.ImagePullBackOff, "Error: ErrImagePull")]
    [InlineData(IncidentType.FailedScheduling, "0/3 nodes are available: 3 node(s) are haunted.")]
    [InlineData(IncidentType.ConfigError, "Error creating: the moon is in the wrong quarter")]
    [InlineData(IncidentType.SandboxFailure, "Failed to create pod sandbox: rpc error: code = Unknown desc = strange things happened")]
    [InlineData(IncidentType.FailedMount, "MountVolume.SetUp failed for volume \"x\" : strange things happened")]
    [InlineData(IncidentType.CreateContainerError, "Error: strange things happened")]
    [InlineData(IncidentType.Evicted, "Pod was evicted")]
    [InlineData(IncidentType.JobFailed, "Job has failed")]
    [InlineData(IncidentType.Unknown, "FailedSync: error determining status: rpc error: code = Unknown desc = strange things happened")]
    public void Diagnose_SaysNothing_IsInconclusive(IncidentType type, string message)
    {
        var diagnosis = Diagnoser.Default.Diagnose(Case(type, message));

        Assert.Equal((Verdict.Inconclusive, (string?)null), (diagnosis.Verdict, diagnosis.Main?.Signature.Id));
    }

    private static DiagnosisCase Case(IncidentType type, string message) => new()
    {
        Type = type,
        Namespace = "prod",
        WorkloadKind = type == IncidentType.JobFailed ? "Job" : "Deployment",
        Workload = "api",
        Container = "api",
        PodName = "api-5f-x",
        NodeName = "node-9",
        Image = type == IncidentType.ImagePullBackOff ? null : "corp/api:77",
        Evidence = [new CaseEvidence("E1", EvidenceKind.Event, "Something on Pod api-5f-x", message)],
    };
}

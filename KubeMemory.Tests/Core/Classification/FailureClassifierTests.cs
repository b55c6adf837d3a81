using KubeMemory.Core.Classification;
using KubeMemory.Core.Incidents;
using Xunit;

namespace KubeMemory.Tests.Core.Classification;

public sealed class FailureClassifierTests
{
    public static TheoryData<string, string, IncidentType, string> Messages() => new()
    {
        // Kubernetes 1.20, 1.27, 1.31 word the same thing differently
        { "BackOff", "Back-off restarting failed container", IncidentType.CrashLoopBackOff, "back-off restarting failed container" },
        { "BackOff", "Back-off restarting failed container api in pod api-75fb46b7bd-xtkrh_shop(0f6b8526-3587-433e-91fd-1d10ead72f88)", IncidentType.CrashLoopBackOff, "back-off restarting failed container" },
        { "CrashLoopBackOff", "back-off 2m40s restarting failed container=api pod=api-75fb46b7bd-xtkrh_shop(0f6b)", IncidentType.CrashLoopBackOff, "back-off restarting failed container" },
        { "FailedSync", "Error syncing pod, skipping: failed to \"StartContainer\" for \"api\" with CrashLoopBackOff: \"back-off 5m0s restarting failed container=api pod=api-1_shop(1)\"", IncidentType.CrashLoopBackOff, "back-off restarting failed container" },
        { "BackOff", "Back-off pulling image \"shop/api:1\"", IncidentType.ImagePullBackOff, "image cannot be pulled" },
        { "BackOff", "Back-off pulling image \"shop/api:1\": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image: not found", IncidentType.ImagePullBackOff, "image does not exist" },
        { "Failed", "Error: ErrImagePull", IncidentType.ImagePullBackOff, "image cannot be pulled" },
        { "Failed", "Error: ImagePullBackOff", IncidentType.ImagePullBackOff, "image cannot be pulled" },
        { "Failed", "Error: ErrImageNeverPull", IncidentType.ImagePullBackOff, "image is not on the node and may not be pulled" },
        { "InspectFailed", "Failed to apply default image tag \"Shop:1\": couldn't parse image name \"Shop:1\": invalid reference format: repository name must be lowercase", IncidentType.ImagePullBackOff, "invalid image name" },
        { "Failed", "Error: InvalidImageName", IncidentType.ImagePullBackOff, "invalid image name" },
        { "Failed", "Failed to pull image \"shop/api:1\": rpc error: code = Unknown desc = Error response from daemon: pull access denied for shop/api, repository does not exist or may require 'docker login'", IncidentType.ImagePullBackOff, "image does not exist or needs credentials" },
        { "Failed", "Failed to pull image \"r.example/api:1\": failed to authorize: failed to fetch anonymous token: 401 Unauthorized", IncidentType.ImagePullBackOff, "registry denies access" },
        { "Failed", "Failed to pull image \"r.example/api:1\": dial tcp: lookup r.example on 10.96.0.10:53: no such host", IncidentType.ImagePullBackOff, "registry's name is not resolved" },
        { "Failed", "Failed to pull image \"r.example/api:1\": Get \"https://r.example/v2/\": net/http: TLS handshake timeout", IncidentType.ImagePullBackOff, "registry does not answer in time" },
        { "Failed", "Failed to pull image \"nginx\": toomanyrequests: You have reached your pull rate limit", IncidentType.ImagePullBackOff, "registry limits the rate" },
        { "Failed", "Failed to pull image \"r.example/not-found:404\": Get \"https://r.example/v2/\": x509: certificate signed by unknown authority", IncidentType.ImagePullBackOff, "registry's certificate is not trusted" },
        { "Failed", "Error: failed to start container \"api\": Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"wge\": executable file not found in $PATH: unknown", IncidentType.CreateContainerError, "unable to start container process: exec: \"wge\": executable file not found in $path: unknown" },
        { "Failed", "Error: failed to create containerd container: error unpacking image", IncidentType.CreateContainerError, "failed to create containerd container: error unpacking image" },
        { "Failed", "Error: failed to reserve container name \"api_api-1_shop_0\": name is reserved for \"bb308fb9398243225235b09803d1b317\"", IncidentType.CreateContainerError, "failed to reserve container name \"api_api-1_shop_0\": name is reserved for \"<id>\"" },
        { "Failed", "Error: context deadline exceeded", IncidentType.CreateContainerError, "context deadline exceeded" },
        { "Failed", "Error: configmap \"settings\" not found", IncidentType.ConfigError, "configmap \"settings\" not found" },
        { "Failed", "Error: secret \"db-creds\" not found", IncidentType.ConfigError, "secret \"db-creds\" not found" },
        { "Failed", "Error: couldn't find key user in Secret shop/db", IncidentType.ConfigError, "couldn't find key user in secret shop/db" },
        { "Failed", "Error: container has runAsNonRoot and image will run as root (pod: \"api_shop(1)\", container: api)", IncidentType.ConfigError, "container has runasnonroot and image will run as root (pod: \"<pod>)\", container: api)" },
        { "CreateContainerConfigError", "secret \"db-creds\" not found", IncidentType.ConfigError, "secret \"db-creds\" not found" },
        { "FailedCreate", "Error creating: pods \"api-7f9c4b6d8-abcde\" is forbidden: exceeded quota: compute, requested: cpu=2, used: cpu=3, limited: cpu=4", IncidentType.ConfigError, "error creating: pods \"api-7f9c4b6d8-abcde\" is forbidden: exceeded quota: compute, requested: cpu=<n>, used: cpu=<n>, limited: cpu=<n>" },
        { "FailedScheduling", "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.", IncidentType.FailedScheduling, "had untolerated taint {dedicated: gpu}, insufficient cpu" },
        { "FailedScheduling", "0/10 nodes are available: 4 Insufficient cpu, 6 Insufficient memory.", IncidentType.FailedScheduling, "insufficient cpu, insufficient memory" },
        { "FailedScheduling", "persistentvolumeclaim \"data\" not found", IncidentType.FailedScheduling, "persistentvolumeclaim \"data\" not found" },
        { "OutOfcpu", "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000", IncidentType.FailedScheduling, "pod was rejected: node didn't have enough resource: cpu, requested: <n>, used: <n>, capacity: <n>" },
        { "FailedMount", "MountVolume.SetUp failed for volume \"host\" : hostPath type check failed: /var/lib/collectd is not a directory", IncidentType.FailedMount, "hostpath type check failed: /var/lib/collectd is not a directory" },
        { "FailedMount", "MountVolume.SetUp failed for volume \"config\" : configmap \"settings\" not found", IncidentType.FailedMount, "configmap \"settings\" not found" },
        { "FailedAttachVolume", "Multi-Attach error for volume \"pvc-0f6b8526-3587-433e-91fd-1d10ead72f88\" Volume is already exclusively attached to one node and can't be attached to another", IncidentType.FailedMount, "multi-attach error for volume \"pvc-0f6b8526-3587-433e-91fd-1d10ead72f88\" volume is already exclusively attached to one node and can't be attached to another" },
        { "ProvisioningFailed", "storageclass.storage.k8s.io \"fast\" not found", IncidentType.FailedMount, "storageclass.storage.k8s.io \"fast\" not found" },
        { "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", IncidentType.ProbeFailure, "readiness probe: status code 503" },
        { "Unhealthy", "Liveness probe failed: Get \"http://10.1.2.3:8080/healthz\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)", IncidentType.ProbeFailure, "liveness probe: timed out" },
        { "Unhealthy", "Startup probe failed: dial tcp 10.1.2.3:8080: connect: connection refused", IncidentType.ProbeFailure, "startup probe: connection refused" },
        { "Unhealthy", "Liveness probe failed: ", IncidentType.ProbeFailure, "liveness probe: the command failed" },
        { "Unhealthy", "Readiness probe errored: rpc error: code = NotFound desc = container not found", IncidentType.ProbeFailure, "readiness probe: rpc error: code = notfound desc = container not found" },
        { "Evicted", "The node was low on resource: memory. Threshold quantity: 100Mi, available: 82Mi.", IncidentType.Evicted, "node was low on memory" },
        { "Evicted", "The node had condition: [DiskPressure]. ", IncidentType.Evicted, "node was low on disk space" },
        { "Evicted", "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ", IncidentType.Evicted, "pod ephemeral local storage usage exceeds the total limit of containers <n>." },
        { "NodeNotReady", "Node is not ready", IncidentType.NodePressure, "node is not ready" },
        { "Preempting", "Preempted in order to admit critical pod", IncidentType.PreemptedOrKilled, "preempted in order to admit critical pod" },
        { "TaintManagerEviction", "Marking for deletion Pod shop/api-1", IncidentType.PreemptedOrKilled, "marking for deletion pod <name>" },
        { "Terminated", "Pod was terminated in response to imminent node shutdown.", IncidentType.PreemptedOrKilled, "pod was terminated in response to imminent node shutdown." },
        { "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"bb308fb9398243225235b09803d1b317\": plugin type=\"flannel\" failed (add): open /run/flannel/subnet.env: no such file or directory", IncidentType.SandboxFailure, "failed to create pod sandbox: rpc error: code = unknown desc = failed to setup network for sandbox \"<name>\": plugin type=\"flannel\" failed (add): open /run/flannel/subnet.env: no such file or directory" },
        { "NetworkNotReady", "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady", IncidentType.SandboxFailure, "network is not ready: container runtime network not ready: networkready=false reason:networkpluginnotready" },
        { "FailedKillPod", "error killing pod: failed to \"KillPodSandbox\" for \"1\" with KillPodSandboxError: \"networkPlugin cni failed to teardown pod\"", IncidentType.SandboxFailure, "failed to \"killpodsandbox\" for \"<n>\" with killpodsandboxerror: \"networkplugin cni failed to teardown pod\"" },
        { "FailedPostStartHook", "Exec lifecycle hook ([/bin/init]) for Container \"api\" in Pod \"api-1\" failed - error: command '/bin/init' exited with 1", IncidentType.HookFailure, "exec lifecycle hook ([/bin/init]) for container \"<name>\" in pod \"<name>\" failed - error: command '/bin/init' exited with <n>" },
        { "FailedPreStopHook", "PreStopHook failed", IncidentType.HookFailure, "prestophook failed" },
        { "BackoffLimitExceeded", "Job has reached the specified backoff limit", IncidentType.JobFailed, "job has reached the specified backoff limit" },
        { "DeadlineExceeded", "Job was active longer than specified deadline", IncidentType.JobFailed, "job was active longer than specified deadline" },
        { "OOMKilling", "Memory cgroup out of memory: Killed process 1234 (java)", IncidentType.OOMKilled, "memory limit exceeded" },
        { "SomethingNew", "The 3rd moon of pod api-75fb46b7bd-xtkrh rose after 5m0s", IncidentType.Unknown, "somethingnew the 3rd moon of pod <name> rose after <duration>" },
        { "BackOff", "(combined from similar events): Back-off pulling image \"shop/api:1\"", IncidentType.ImagePullBackOff, "image cannot be pulled" },
    };

    public static TheoryData<string, string> NormalLife() => new()
    {
        { "InvalidDiskCapacity", "invalid capacity 0 on image filesystem" },
        { "FailedScheduling", "skip schedule deleting pod: shop/api-1" },
        { "Rebooted", "Node n has been rebooted" },
        { "DNSConfigForming", "Nameserver limits were exceeded" },
        { "FailedToUpdateEndpoint", "Failed to update endpoint shop/api" },
        { "FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (regcred)" },
        { "FailedMount", "MountVolume.SetUp failed for volume \"kube-api-access-x\" : object \"shop\"/\"kube-root-ca.crt\" not registered" },
        { "FailedKillPod", "error killing pod: failed to \"KillContainer\" for \"api\" with KillContainerError: \"rpc error: No such container: cff6\"" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Classify_Message_GivesTypeAndCause(string reason, string message, IncidentType type, string cause)
    {
        var classified = FailureClassifier.Classify(reason, message);

        Assert.NotNull(classified);
        Assert.Equal((type, cause), (classified.Type, classified.Cause));
    }

    [Theory]
    [MemberData(nameof(NormalLife))]
    public void Classify_NormalLife_IsNull(string reason, string message) => Assert.Null(FailureClassifier.Classify(reason, message));

    [Fact]
    public void Classify_AllMessages_CoverEveryTypeButOneThatOnlyStateShows() =>
        Assert.Equal(Enum.GetValues<IncidentType>().Order(), Messages().Select(m => m.Data.Item3).Distinct().Order());

    [Theory]
    [InlineData("connect to 10.1.2.3:5432 failed after 150ms", "connect to <ip> failed after <duration>")]
    [InlineData("lookup db.shop:5432 at 2025-09-11T20:53:53Z", "lookup db.shop at <time>")]
    [InlineData("uid 0f6b8526-3587-433e-91fd-1d10ead72f88 digest sha256:0a399eb1", "uid <id> digest <id>")]
    [InlineData("pods api-75fb46b7bd-xtkrh and web-6f4c6675d5-98986", "pods <pod> and <pod>")]
    [InlineData("used 512Mi of 1Gi (93%)", "used <n> of <n> (<n>)")]
    public void Normalise_Identity_IsCollapsed(string message, string expected) => Assert.Equal(expected, CauseText.Normalise(message));

    [Theory]
    [InlineData("nginx", "docker.io")]
    [InlineData("library/nginx:1", "docker.io")]
    [InlineData("index.docker.io/library/nginx", "docker.io")]
    [InlineData("localhost/api", "localhost")]
    [InlineData("R.example:5000/a/b@sha256:00", "r.example:5000")]
    [InlineData("ghcr.io/a/b:1", "ghcr.io")]
    public void RegistryOf_Image_IsItsHost(string image, string expected) => Assert.Equal(expected, ImageReference.RegistryOf(image));
}

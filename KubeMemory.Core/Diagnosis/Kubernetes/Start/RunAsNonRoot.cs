namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class RunAsNonRoot
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "run-as-non-root-refused",
        Title = "The container would run as root, which its pod forbids",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues =
        [
            Clue.Event($"image has non-numeric user \\(?(?<user>[^\\s()\"]+)\\)?, cannot verify user is non-root"),
            Clue.Event("container has runAsNonRoot and image (?:will run|has group|has non-numeric)|container's runAsUser breaks non-root policy|image will run as (?<user>root)|runAsNonRoot[^\\n]*cannot verify|breaks non-root policy"),
        ],
        Specificity = 79,
        Verdict = Verdict.Confirmed,
        Cause = "The pod demands runAsNonRoot, and the image {image} runs as root or as a user given by name[ ({user})], which the kubelet cannot tell from root.",
        Thing = "image",
        Steps =
        [
            new("See securityContext of pod and container.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See the user of the image: docker image inspect --format '{{.Config.User}}' <image>."),
            new("Better: build the image with a numeric USER, like USER 10001."),
            Step.Edit("Set runAsUser to a number other than 0 that the image can work as."),
        ],
        Prevention = ["Build images with a numeric USER, and check it in the pipeline."],
        Documentation = Page.Of("tasks/configure-pod-container/security-context/"),
        Samples =
        [
            Example.Config("Error: container has runAsNonRoot and image will run as root (pod: \"web-6c8f9d7b5-x2x4k_shop(3f0c)\", container: web)", "registry.example.com/shop/web:1.4.2"),
            Example.Config("Error: container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root (pod: \"web_shop(3f0c)\", container: web)", "registry.example.com/shop/web:1.4.2"),
        ],
        NearMisses = [Example.Config("Error: configmap \"run-as-root\" not found")],
    };
}

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class ImageUserMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-user-missing",
        Title = "The user is not in the image",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues = [Clue.Event("unable to find (?:user|group) (?<user>[^\\s:]+): no matching entries in (?:passwd|group) file"), Clue.Event("no users found(?: for [^\\n]*)?|no matching entries in (?:passwd|group) file")],
        Specificity = 76,
        Verdict = Verdict.Confirmed,
        Cause = "The container is to run as the user or group {user}, which the image {image} does not have in its /etc/passwd or /etc/group.",
        Thing = "user",
        Steps =
        [
            new("See runAsUser, and the image's own USER: docker image inspect {image}.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            Step.Edit("Set runAsUser and runAsGroup to numbers: these need no entry in the image."),
        ],
        Prevention = ["Give users by number in images and manifests."],
        Documentation = Page.Of("tasks/configure-pod-container/security-context/"),
        Samples = [Example.Start("Error: failed to start container \"web\": Error response from daemon: unable to find user webapp: no matching entries in passwd file", "webapp")],
        NearMisses = [Example.Config("Error: container has runAsNonRoot and image has non-numeric user (webapp), cannot verify user is non-root")],
    };
}

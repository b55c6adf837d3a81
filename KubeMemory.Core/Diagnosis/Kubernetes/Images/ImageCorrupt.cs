using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImageCorrupt
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-corrupt",
        Title = "What was pulled of the image is damaged",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff, IncidentType.CreateContainerError],
        Clues =
        [
            Clue.Event("(?i)failed (?:commit on ref|size validation|to extract layer|to register layer)[^\\n]*(?:unexpected commit digest|unexpected EOF|invalid (?:tar|gzip) header|archive/tar|gzip: invalid|digest mismatch|failed size validation)"),
            Clue.Event("(?i)filesystem layer verification failed|unexpected commit (?:digest|size)|error creating read-write layer|content digest [^\\n]*: not found|layers? [^\\n]*does not match"),
        ],
        Unless = [ImageClue.NoName],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "A layer of the image {image} came damaged or is damaged on the node: the transfer was cut, a proxy or mirror serves a wrong copy, or the node's image store is broken.",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps =
        [
            Step.DescribePod,
            new("See whether the same image starts on other nodes: then this node's store is at fault, else the registry's copy.", "kubectl get pods --all-namespaces -o wide"),
            new("On the node, remove the broken copy: crictl rmi {image}; where it comes again, push the image anew."),
        ],
        Prevention = ["Deploy images by digest, and keep proxies from altering or cutting long transfers."],
        Documentation = Page.Of("concepts/containers/images/"),
        Samples = [Example.Image("Failed to pull image \"acme/model:9\": rpc error: code = FailedPrecondition desc = failed to pull and unpack image \"docker.io/acme/model:9\": failed commit on ref \"layer-sha256:77aa\": unexpected commit digest sha256:1234, expected sha256:77aa: failed precondition", "acme/model:9")],
        NearMisses = [Example.Image("Failed to pull image \"acme/model:9\": failed to pull and unpack image \"docker.io/acme/model:9\": failed to extract layer sha256:9c1b: write /var/lib/containerd/x: no space left on device")],
    };
}

using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class DeviceNotFound
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-device-not-found",
        Title = "The attached disk does not appear on the node",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues = [Clue.Event("(?i)(?:device|disk)(?: path)? (?<device>/dev/\\S*[^\\s:,\"]) (?:not found|does not exist)|could not find (?:attached )?(?:disk|device)|(?:failed|unable) to find (?:device|disk)|(?:local volume|local )[^\\n]*path[^\\n]*(?:does not exist|no such file)|path \"?(?<device>/[^\\s\"]+)\"? does not exist")],
        Specificity = 47,
        Verdict = Verdict.Confirmed,
        Cause = "The volume[ {volume}] counts as attached, and its disk or path[ {device}] is not there on the node[ {node}].",
        Thing = "volume",
        Refine = VolumeNames.Complete,
        Steps =
        [
            Step.DescribePod,
            new("See whether the attachment is real.", "kubectl get volumeattachments"),
            new("On the node: lsblk, and dmesg for the disk; for a local volume, see whether its directory is mounted."),
        ],
        Prevention = ["For local volumes mount the disks at boot; for attached ones keep the driver up to date."],
        Documentation = Page.Of("concepts/storage/volumes/#local"),
        Samples = [Example.Mount("MountVolume.NewMounter initialization failed for volume \"local-pv-9a\" : path \"/mnt/disks/ssd1\" does not exist", "local-pv-9a")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"host\" : hostPath type check failed: /mnt/disks/ssd1 is not a directory")],
    };
}

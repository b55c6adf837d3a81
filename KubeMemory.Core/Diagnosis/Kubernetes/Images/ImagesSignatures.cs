namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImagesSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        DiskFullWhilePulling.Instance,
        ImageAccessDenied.Instance,
        ImageCorrupt.Instance,
        ImageFormatOutdated.Instance,
        ImageNeverPulled.Instance,
        ImageNotFound.Instance,
        ImagePlatform.Instance,
        ImageRateLimited.Instance,
        ImageSignature.Instance,
        InvalidImageName.Instance,
        KubeletPullLimit.Instance,
        PullSecretMissing.Instance,
        RegistryCertificate.Instance,
        RegistryError.Instance,
        RegistryNameUnresolved.Instance,
        RegistrySpeaksHttp.Instance,
        RegistryUnreachable.Instance,
    ];
}

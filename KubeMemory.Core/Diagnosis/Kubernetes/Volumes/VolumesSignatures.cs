namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class VolumesSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        AttachFailed.Instance,
        ClaimWithoutClass.Instance,
        DeviceNotFound.Instance,
        DriverNotRegistered.Instance,
        HostPathType.Instance,
        MountDenied.Instance,
        MountHelperMissing.Instance,
        MountTimeout.Instance,
        MultiAttach.Instance,
        NetworkStorageUnreachable.Instance,
        ProvisioningFailed.Instance,
        ResizeFailed.Instance,
        SecretStore.Instance,
        ServiceAccountToken.Instance,
        StorageClassMissing.Instance,
        VolumeConfigMapMissing.Instance,
        VolumeKeyMissing.Instance,
        VolumeSecretMissing.Instance,
        WrongFileSystem.Instance,
    ];
}

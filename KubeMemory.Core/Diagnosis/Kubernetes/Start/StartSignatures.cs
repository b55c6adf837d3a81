namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class StartSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        AppArmorProfileMissing.Instance,
        CommandNotExecutable.Instance,
        CommandNotFound.Instance,
        ConfigKeyMissing.Instance,
        ConfigMapMissing.Instance,
        ConfigSyncTimeout.Instance,
        ContainerNameTaken.Instance,
        DeviceMissing.Instance,
        ExecFormat.Instance,
        ImageUserMissing.Instance,
        LifecycleHook.Instance,
        MemoryLimitTooLow.Instance,
        MountPathReadOnly.Instance,
        NoCommand.Instance,
        RunAsNonRoot.Instance,
        RuntimeFault.Instance,
        SeccompProfileMissing.Instance,
        SecretMissing.Instance,
        SubPathMount.Instance,
        WorkingDirectory.Instance,
    ];
}

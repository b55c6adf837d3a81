namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class NetworkSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        AddressesExhausted.Instance,
        BridgeAddress.Instance,
        CgroupDriver.Instance,
        CniAgentDown.Instance,
        CniBinaryMissing.Instance,
        CniNotReady.Instance,
        CniUnauthorised.Instance,
        DnsConfigLimits.Instance,
        RuntimeHandlerMissing.Instance,
        SandboxImage.Instance,
    ];
}

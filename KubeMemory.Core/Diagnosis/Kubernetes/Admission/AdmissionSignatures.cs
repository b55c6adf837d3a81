namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class AdmissionSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        InvalidPod.Instance,
        LimitRange.Instance,
        NamespaceTerminating.Instance,
        NotPermitted.Instance,
        PodSecurity.Instance,
        PolicyDenied.Instance,
        PriorityClassMissing.Instance,
        QuotaExceeded.Instance,
        QuotaNeedsRequests.Instance,
        RuntimeClassMissing.Instance,
        SecurityPolicy.Instance,
        ServiceAccountMissing.Instance,
        WebhookDenied.Instance,
        WebhookUnreachable.Instance,
    ];
}

namespace KubeMemory.Core.Diagnosis.Kubernetes.Jobs;

internal static class JobsSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        BackoffLimit.Instance,
        Deadline.Instance,
        FailedIndexes.Instance,
        FailurePolicy.Instance,
        InvalidSchedule.Instance,
        MissedStarts.Instance,
    ];
}

namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class RemoteObjectNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "remote-object-not-found",
        Title = "A bucket, queue, topic or index does not exist at a dependency",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?:NoSuchBucket|The specified bucket does not exist|bucket [""'`](?<object>[\w.-]+)[""'`] (?:does not exist|not found))(?:.*?(?:BucketName|[Bb]ucket)[=:>""']+ ?[""']?(?<object>[\w.-]+))?"),
            Clue.Log("NOT_FOUND - no (?:exchange|queue) '(?<object>[^']+)'"),
            Clue.Log(@"(?i)(?:UnknownTopicOrPartition|UNKNOWN_TOPIC_OR_PARTITION|(?:topic|stream|queue|exchange|subscription|index|collection|keyspace|secret|container|repository) [""'`\[](?<object>[\w./:-]+)[""'`\]] (?:does not exist|doesn't exist|not found|not present in metadata|was not found)|topics? not (?:found|present)|index_not_found_exception|no such index \[(?<object>[^\]]+)\]|NonExistentQueue|ResourceNotFoundException)"),
        ],
        Specificity = 60,
        Verdict = Verdict.Likely,
        Cause = "What the process needs does not exist at a dependency[: {object}].",
        Thing = "object",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Create buckets, queues and topics in the same change that brings the workload that needs them.",
        ],
        Documentation = ProcessSteps.Reason,
        Samples =
        [
            ProcessCase.Crash("botocore.errorfactory.NoSuchBucket: An error occurred (NoSuchBucket) when calling the ListObjects operation: The specified bucket does not exist"),
            ProcessCase.Crash("Channel error: NOT_FOUND - no queue 'orders.in' in vhost '/' ", "orders.in"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR invoice 9 of order 3 does not exist"),
        ],
    };
}

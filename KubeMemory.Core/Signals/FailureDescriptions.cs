using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Signals;

/// <summary>One calm line that names the thing.</summary>
internal static class FailureDescriptions
{
    public static string Of(FailureFacts facts, string cause)
    {
        var said = facts.Reading.Classified;
        var container = facts.Container.Length > 0 ? $"Container {facts.Container}" : "A container";
        return Texts.OneLine(facts.Type switch
        {
            IncidentType.OOMKilled => $"{container} was killed: it used more memory than its limit{Limit(facts)}",
            IncidentType.CrashLoopBackOff => $"{container} keeps crashing{How(facts, cause)}",
            IncidentType.CreateContainerError => $"{container} cannot be started: {said.Words ?? cause}",
            IncidentType.HookFailure => $"A lifecycle hook of {Lower(container)} fails: {said.Words ?? cause}",
            IncidentType.ImagePullBackOff => $"Image {facts.Image ?? "of " + Lower(container)} cannot be pulled{(cause == said.Cause && said.IsGeneric ? "" : ": " + cause)}",
            IncidentType.FailedScheduling => $"No node takes the pod: {said.Words ?? cause}",
            IncidentType.FailedMount => $"A volume cannot be mounted: {said.Words ?? cause}",
            IncidentType.ProbeFailure => $"{container} fails its {said.Words ?? cause}",
            IncidentType.SandboxFailure => $"The pod's sandbox or network cannot be set up: {said.Words ?? cause}",
            IncidentType.Evicted => $"The pod was evicted: {said.Words ?? cause}",
            IncidentType.NodePressure => $"The pod's node is in trouble: {said.Words ?? cause}",
            IncidentType.PreemptedOrKilled => $"The pod was killed ({facts.Reading.Reason}): {said.Words ?? cause}",
            IncidentType.ConfigError => $"{(facts.Container.Length > 0 ? container : facts.Owner.Kind)} cannot be created as configured: {said.Words ?? cause}",
            IncidentType.JobFailed => $"The Job failed ({facts.Reading.Reason}): {said.Words ?? cause}",
            _ => $"{facts.Reading.Reason}: {facts.Reading.Message}",
        });
    }

    // What stands in the state is plain already: "exit code 1". An error of the runtime is told as it is.
    private static string How(FailureFacts facts, string cause)
    {
        if (facts.Reading.Classified is { IsGeneric: false, Words: { Length: > 0 } words })
        {
            return ": " + words;
        }

        return facts.Ended is { ExitCode: not 0 } ended && cause.StartsWith("exit code", StringComparison.Ordinal)
            ? $", last with exit code {ended.ExitCode}{Meaning(ended.ExitCode)}"
            : facts.Reading.Classified.Cause == cause ? "" : $": {cause}";
    }

    private static string Meaning(int exitCode) => exitCode switch
    {
        126 => " (the command cannot be executed)",
        127 => " (the command was not found)",
        134 => " (aborted)",
        137 => " (killed)",
        139 => " (segmentation fault)",
        143 => " (told to stop)",
        _ => "",
    };

    private static string Limit(FailureFacts facts) =>
        facts.Pod is { } pod && ContainerStates.FindSpec(pod, facts.Container)?.Resources?.Limits?.GetValueOrDefault("memory") is { } limit ? $" of {limit}" : "";

    private static string Lower(string container) => char.ToLowerInvariant(container[0]) + container[1..];
}

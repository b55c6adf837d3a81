using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Classification;

/// <summary>
/// From a reason and a message to what failed and why. Reasons are not types: <c>Failed</c> and <c>BackOff</c> mean different things
/// by their message, and the wording differs from one Kubernetes version to the next.
/// </summary>
internal static class FailureClassifier
{
    private const string Combined = "(combined from similar events): ";

    /// <summary>Null: normal life.</summary>
    /// <param name="message">Redacted already: causes and names are taken from it.</param>
    public static Classified? Classify(string reason, string message)
    {
        if (message.StartsWith(Combined, StringComparison.Ordinal))
        {
            message = message[Combined.Length..];
        }

        if (FailureReasons.NormalLife.Contains(reason) || Array.Exists(FailureReasons.NormalMessages, m => message.Contains(m, StringComparison.Ordinal)))
        {
            return null;
        }

        return reason switch
        {
            "BackOff" => Explain(Has(message, "pulling image") ? IncidentType.ImagePullBackOff : IncidentType.CrashLoopBackOff, message),
            "Failed" => Explain(TypeOfFailed(message), message),
            "FailedSync" => Explain(TypeOfFailedSync(message), message),
            "FailedKillPod" => TypeOfFailedKill(message) is { } type ? Explain(type, message) : null,
            _ => Explain(FailureReasons.Types.GetValueOrDefault(reason), message, reason),
        };
    }

    // Failed to pull image "shop/api:1": rpc error: code = NotFound …
    // Error: ErrImagePull | Error: ImagePullBackOff | Error: secret "db" not found | Error: couldn't find key user in Secret shop/db
    // Error: failed to start container "api": Error response from daemon: … exec: "wge": executable file not found in $PATH: unknown
    private static IncidentType TypeOfFailed(string message)
    {
        if (HasAny(message, "pull image", "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "inspect image", "default image tag", "parse image", "image reference", "ImageInspectError", "SignatureValidationFailed"))
        {
            return IncidentType.ImagePullBackOff;
        }

        if (HasAny(message, "PostStartHook", "PreStopHook"))
        {
            return IncidentType.HookFailure;
        }

        if (IsConfiguration(message))
        {
            return IncidentType.ConfigError;
        }

        return Has(message, "CrashLoopBackOff") ? IncidentType.CrashLoopBackOff
            : HasAny(message, "Error:", "container", "RunContainerError") ? IncidentType.CreateContainerError
            : IncidentType.Unknown;
    }

    private static bool IsConfiguration(string message) =>
        HasAny(message, "CreateContainerConfigError", "couldn't find key", "non-existent config key", "non-existent secret key", "runAsNonRoot", "runAsUser", "failed to prepare subPath", "failed to sync configmap cache", "failed to sync secret cache", "cannot find volume", "no command specified")
        || (Has(message, "not found") && HasAny(message, "configmap \"", "secret \"", "configmaps \"", "secrets \"", "serviceaccount \""));

    // Error syncing pod, skipping: failed to "StartContainer" for "api" with CrashLoopBackOff: "back-off 5m0s restarting …"
    private static IncidentType TypeOfFailedSync(string message)
    {
        var with = message.IndexOf("\" with ", StringComparison.Ordinal);
        if (with > 0)
        {
            var word = message.AsSpan(with + 7);
            var end = word.IndexOfAny(':', ' ');
            var reason = (end < 0 ? word : word[..end]).ToString();
            if (FailureReasons.Types.TryGetValue(reason, out var type))
            {
                return type;
            }
        }

        return HasAny(message, "sandbox", "Sandbox", "network", "cni") ? IncidentType.SandboxFailure : IncidentType.Unknown;
    }

    /// <summary>
    /// A pod that could not be killed was neither preempted nor killed: it is the network's teardown, or unknown. That the container is
    /// gone already is how killing ends.
    /// </summary>
    private static IncidentType? TypeOfFailedKill(string message) =>
        HasAny(message, "No such container", "not found") ? null
        : HasAny(message, "Sandbox", "sandbox", "network", "cni") ? IncidentType.SandboxFailure
        : IncidentType.Unknown;

    private static Classified Explain(IncidentType type, string message, string reason = "") => type switch
    {
        IncidentType.ImagePullBackOff => ImageCauses.Explain(message, reason),
        IncidentType.FailedScheduling => SchedulingCauses.Explain(message),
        IncidentType.ProbeFailure => ProbeCauses.Explain(message),
        IncidentType.CrashLoopBackOff => new Classified(type, "back-off restarting failed container", IsGeneric: true) { Container = ContainerIn(message), DnsName = DnsNameIn(message) },
        IncidentType.OOMKilled => new Classified(type, "memory limit exceeded"),
        IncidentType.Evicted or IncidentType.NodePressure => EvictionCauses.Explain(type, message, reason),
        _ => Plain(type, message, reason),
    };

    private static Classified Plain(IncidentType type, string message, string reason)
    {
        var cause = MessageParts.CauseOf(message);
        var normal = CauseText.Normalise(cause);
        return new Classified(type, type == IncidentType.Unknown ? $"{reason} {normal}".Trim().ToLowerInvariant() : normal, IsGeneric: normal.Length == 0 || IsOnlyReason(cause))
        {
            Words = cause,
            Container = ContainerIn(message),
            Quota = MessageParts.After(message, "exceeded quota: ", ","),
            Volume = MessageParts.VolumeIn(message),
            Claim = MessageParts.After(message, "persistentvolumeclaim \"", "\""),
            DnsName = DnsNameIn(message),
        };
    }

    private static bool IsOnlyReason(string cause) => FailureReasons.Types.ContainsKey(cause);

    // Back-off restarting failed container api in pod api-1_shop(uid) | back-off 5m0s restarting failed container=api pod=api-1_shop(uid)
    // Error: failed to start container "api": …
    private static string? ContainerIn(string message) =>
        MessageParts.After(message, "restarting failed container=", " ")
        ?? (Has(message, " in pod ") ? MessageParts.After(message, "restarting failed container ", " ") : null)
        ?? MessageParts.After(message, "\"StartContainer\" for \"", "\"");

    private static string? DnsNameIn(string message) => MessageParts.DnsNameIn(message);

    private static bool Has(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static bool HasAny(string message, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (message.Contains(part, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Signals;

/// <summary>A container's state and spec, as lines that a person reads.</summary>
internal static class ContainerText
{
    public static string State(ContainerStatus status)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"ready: {(status.Ready ? "yes" : "no")}, restarts: {status.RestartCount}, image: {status.Image}");
        text.AppendLine();
        Append(text, "now", status.State);
        Append(text, "before", status.LastState);
        return text.ToString();
    }

    public static void AppendSpec(StringBuilder text, ContainerSpec spec, Redactor redactor)
    {
        text.Append("container ").Append(spec.Name).AppendLine();
        EvidenceBuilder.AppendFact(text, "  image", spec.ImagePullPolicy is { } policy ? $"{spec.Image} (pull policy {policy})" : spec.Image);
        EvidenceBuilder.AppendFact(text, "  command", string.Join(' ', spec.Command ?? []));
        EvidenceBuilder.AppendFact(text, "  args", string.Join(' ', spec.Args ?? []));
        EvidenceBuilder.AppendPairs(text, "  requests", spec.Resources?.Requests);
        EvidenceBuilder.AppendPairs(text, "  limits", spec.Resources?.Limits);
        EvidenceBuilder.AppendFact(text, "  liveness probe", spec.LivenessProbe?.GetRawText());
        EvidenceBuilder.AppendFact(text, "  readiness probe", spec.ReadinessProbe?.GetRawText());
        EvidenceBuilder.AppendFact(text, "  startup probe", spec.StartupProbe?.GetRawText());
        AppendEnvironment(text, spec.Env, redactor);
        EvidenceBuilder.AppendFact(text, "  env from", spec.EnvFrom?.GetRawText());
    }

    private static void Append(StringBuilder text, string when, ContainerState? state)
    {
        if (state?.Waiting is { } waiting)
        {
            EvidenceBuilder.AppendFact(text, when, $"waiting, {waiting.Reason}{(string.IsNullOrEmpty(waiting.Message) ? "" : ": " + waiting.Message)}");
        }

        if (state?.Running is { } running)
        {
            EvidenceBuilder.AppendFact(text, when, $"running since {EvidenceBuilder.Time(running.StartedAt)}");
        }

        if (state?.Terminated is { } ended)
        {
            var signal = ended.Signal is > 0 and var number ? $", signal {number.ToString(CultureInfo.InvariantCulture)}" : "";
            EvidenceBuilder.AppendFact(
                text,
                when,
                string.Create(CultureInfo.InvariantCulture, $"ended with exit code {ended.ExitCode}{signal}, reason {ended.Reason}, started {EvidenceBuilder.Time(ended.StartedAt)}, finished {EvidenceBuilder.Time(ended.FinishedAt)}"));
            EvidenceBuilder.AppendFact(text, $"{when}, its last words", ended.Message?.Trim());
        }
    }

    // [{"name": "MODE", "value": "prod"}, {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]
    private static void AppendEnvironment(StringBuilder text, JsonElement? env, Redactor redactor)
    {
        if (env is not { ValueKind: JsonValueKind.Array } variables)
        {
            return;
        }

        foreach (var variable in variables.EnumerateArray())
        {
            if (variable.ValueKind != JsonValueKind.Object || Text(variable, "name") is not { } name)
            {
                continue;
            }

            // As "NAME=value" one by one: so the redactor sees the name with its value, and a blank in the value ends nothing.
            var value = Text(variable, "value") is { } literal
                ? redactor.Redact($"{name}=\"{literal.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")
                : $"{name} from {Source(variable)}";
            text.Append("  env ").AppendLine(value);
        }
    }

    private static string Source(JsonElement variable)
    {
        if (!variable.TryGetProperty("valueFrom", out var from) || from.ValueKind != JsonValueKind.Object)
        {
            return "nothing";
        }

        foreach (var (property, words) in ((string, string)[])[("secretKeyRef", "secret"), ("configMapKeyRef", "config map")])
        {
            if (from.TryGetProperty(property, out var reference) && reference.ValueKind == JsonValueKind.Object)
            {
                return $"key {Text(reference, "key")} of {words} {Text(reference, "name")}";
            }
        }

        return from.GetRawText();
    }

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

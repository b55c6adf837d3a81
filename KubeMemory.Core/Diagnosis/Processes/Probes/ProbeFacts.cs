using System.Text.RegularExpressions;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Processes.Probes;

/// <summary>What a probe asks, from what the kubelet says of it and from the pod's spec.</summary>
internal static class ProbeFacts
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline;

    private static readonly Regex Event = new("^(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored)(?:: (?<said>[^\n]*))?", Options);
    private static readonly Regex Url = new(@"https?://(?:\[[0-9a-fA-F:]+\]|[0-9A-Za-z.-]+):(?<port>[0-9]{1,5})(?<path>/[^""\\\s?]*)?", Options);
    private static readonly Regex Dial = new(@"(?:dial|read|write) tcp (?:\S+->)?(?:\[[0-9a-fA-F:]+\]|[0-9.]+):(?<port>[0-9]{1,5})|service ""?[^""\s]*:(?<port>[0-9]{1,5})", Options);
    private static readonly Regex Command = new(@"command ""?(?<command>[^""]+?)""? timed out", Options);
    private static readonly Regex SpecPath = new(@"""path"":""(?<path>[^""]+)""", Options);
    private static readonly Regex SpecPort = new(@"""port"":""?(?<port>[\w-]+)""?", Options);
    private static readonly Regex SpecTimeout = new(@"""timeoutSeconds"":(?<timeout>[0-9]+)", Options);
    private static readonly Regex SpecCommand = new(@"""command"":\[(?<command>[^\]]+)\]", Options);

    /// <summary>Adds probe, port, path, endpoint, timeout and what it said.</summary>
    public static IReadOnlyDictionary<string, string> Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var all = new Dictionary<string, string>(facts, StringComparer.Ordinal);
        var said = incident.Evidence.Where(e => e.Kind is EvidenceKind.Event or EvidenceKind.ContainerState)
            .Select(e => e.Text)
            .FirstOrDefault(text => Event.IsMatch(text) && text.Contains(facts["probe"], StringComparison.Ordinal)) ?? "";
        var probe = facts["probe"].ToLowerInvariant();
        var spec = SpecOf(incident, probe);
        all["probe"] = probe;
        Take(all, Url.Match(said), "port", "path");
        Take(all, Dial.Match(said), "port");
        Take(all, Command.Match(said), "command");
        Take(all, SpecPath.Match(spec), "path");
        Take(all, SpecPort.Match(spec), "port");
        Take(all, SpecTimeout.Match(spec), "timeout");
        if (Array.Find<string>(["path", "command", "port", "status"], all.ContainsKey) is { } known)
        {
            all["endpoint"] = all[known];
        }

        return all;
    }

    /// <summary>Null where the process does listen on the probe's port, or where that is not a number.</summary>
    public static IReadOnlyDictionary<string, string>? ReadListening(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var all = Read(incident, facts);
        return all.GetValueOrDefault("port") is { } port && char.IsAsciiDigit(port[0]) && port != facts["listening"]
            && !incident.Evidence.Any(e => e.Kind == EvidenceKind.Log && e.Text.Contains($":{port}", StringComparison.Ordinal))
            ? all
            : null;
    }

    /// <summary>Null where this probe runs no command.</summary>
    public static IReadOnlyDictionary<string, string>? ReadCommand(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var spec = SpecOf(incident, facts["probe"].ToLowerInvariant());
        if (SpecCommand.Match(spec) is not { Success: true } command || !spec.Contains("\"exec\"", StringComparison.Ordinal))
        {
            return null;
        }

        var all = new Dictionary<string, string>(Read(incident, facts), StringComparer.Ordinal)
        {
            ["command"] = command.Groups["command"].Value.Replace("\",\"", " ", StringComparison.Ordinal).Trim('"'),
        };
        var said = incident.Evidence.Where(e => e.Kind == EvidenceKind.Event).Select(e => Event.Match(e.Text)).FirstOrDefault(match => match.Success)?.Groups["said"].Value.Trim();
        if (!string.IsNullOrEmpty(said))
        {
            all["said"] = said;
        }

        return all;
    }

    private static void Take(Dictionary<string, string> facts, Match match, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (match.Groups[name] is { Success: true, Length: > 0 } group)
            {
                facts.TryAdd(name, group.Value);
            }
        }
    }

    private static string SpecOf(DiagnosisCase incident, string probe)
    {
        var text = incident.Evidence.FirstOrDefault(e => e.Kind == EvidenceKind.PodSpec)?.Text ?? "";
        return text.Split('\n').FirstOrDefault(line => line.StartsWith($"  {probe} probe: ", StringComparison.Ordinal)) ?? "";
    }
}

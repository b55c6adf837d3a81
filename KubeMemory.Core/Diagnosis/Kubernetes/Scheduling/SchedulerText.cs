using System.Globalization;
using System.Text.RegularExpressions;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

/// <summary>What the scheduler said of all nodes.</summary>
/// <remarks>
/// <code>
/// 0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/5 nodes are available: …
/// 0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 Insufficient memory.
/// 0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: …
/// </code>
/// </remarks>
internal sealed partial record SchedulerText(int Nodes, IReadOnlyList<Block> Blocks)
{
    /// <summary>The newest of the case; null where the scheduler told no nodes.</summary>
    public static SchedulerText? Of(DiagnosisCase incident) => incident.Evidence
        .Where(e => e.Kind is EvidenceKind.Event or EvidenceKind.ContainerState)
        .Select(e => Parse(e.Text))
        .LastOrDefault(text => text is not null);

    public static SchedulerText? Parse(string message)
    {
        if (Head().Match(message) is not { Success: true } head || !int.TryParse(head.Groups["all"].ValueSpan, CultureInfo.InvariantCulture, out var nodes))
        {
            return null;
        }

        var rest = message[(head.Index + head.Length)..];
        var end = rest.IndexOf("preemption:", StringComparison.Ordinal);
        var told = (end < 0 ? rest : rest[..end]).Split('\n')[0].TrimEnd('.', ')', ' ');
        return new SchedulerText(nodes, [.. Parts(told).Select(part => Read(part, nodes))]);
    }

    /// <summary>
    /// What keeps the pod from being placed. Every node tells the first check that it fails, and the scheduler checks taints and affinity
    /// before room, volumes and other pods: nodes that fail the late checks are those that the pod is meant for. Control planes are closed
    /// to everybody and explain nothing. Among equals the most nodes count.
    /// </summary>
    /// <param name="lacks">Whether the nodes' room shows that this resource is short; null where that is not known.</param>
    public Block? Main(Func<string, bool?> lacks, string? spec) => Blocks
        .OrderByDescending(block => Rank(block, spec))
        .ThenByDescending(block => block.Nodes)
        .ThenByDescending(block => block.Kind == BlockKind.Resource && lacks(block.Name!) == true)
        .ThenByDescending(block => block.Kind)
        .FirstOrDefault();

    /// <summary>The others in words; null where there are none.</summary>
    public string? Besides(Block main)
    {
        var others = string.Join(", ", Blocks.Where(b => b != main).Select(b => $"{b.Nodes.ToString(CultureInfo.InvariantCulture)} {b.Text}"));
        return others.Length == 0 ? null : others;
    }

    private int Rank(Block block, string? spec) => block.Kind switch
    {
        BlockKind.ControlPlaneTaint => 0,
        BlockKind.Other => 1,
        // Where the nodes with the device are tainted, the others have none by nature.
        BlockKind.Resource when block.Name is { } resource && resource.Contains('/') && Blocks.Any(b => b.Kind == BlockKind.Taint && IsOf(b.Name, resource)) => 1,
        BlockKind.Affinity => 2,
        // The selector leads to a pool that the taint closes.
        BlockKind.Taint when block.Name is { } taint && IsAskedFor(taint, spec) => 3,
        BlockKind.Taint => 2,
        BlockKind.MissingClaim or BlockKind.UnboundClaim => 5,
        _ => 4,
    };

    private static bool IsOf(string? taint, string resource) =>
        taint is not null && (taint.Contains(resource, StringComparison.Ordinal) || taint.Contains(resource[..resource.IndexOf('/')], StringComparison.Ordinal)
            || (resource.Contains("gpu", StringComparison.Ordinal) && (taint.Contains("gpu", StringComparison.OrdinalIgnoreCase) || taint.Contains("accelerator", StringComparison.OrdinalIgnoreCase))));

    private static bool IsAskedFor(string taint, string? spec)
    {
        var (key, value) = taint.IndexOf('=') is > 0 and var sign ? (taint[..sign], taint[(sign + 1)..]) : (taint, taint);
        return spec is not null && spec.Split('\n').Any(line =>
            (line.StartsWith("node selector: ", StringComparison.Ordinal) || line.StartsWith("affinity: ", StringComparison.Ordinal))
            && (line.Contains(key, StringComparison.Ordinal) || (value.Length > 2 && line.Contains(value, StringComparison.Ordinal))));
    }

    // At commas before a number: a part may have commas of its own.
    private static IEnumerable<string> Parts(string text)
    {
        var start = 0;
        for (var comma = text.IndexOf(", ", StringComparison.Ordinal); comma >= 0; comma = text.IndexOf(", ", comma + 1, StringComparison.Ordinal))
        {
            if (comma + 2 < text.Length && char.IsAsciiDigit(text[comma + 2]))
            {
                yield return text[start..comma];
                start = comma + 2;
            }
        }

        yield return text[start..];
    }

    private static Block Read(string part, int all)
    {
        part = part.Trim().TrimEnd('.', ',');
        var digits = part.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var counted = digits > 0 && part[digits] == ' ' && int.TryParse(part.AsSpan(0, digits), CultureInfo.InvariantCulture, out var count) ? count : (int?)null;
        var said = counted is null ? part : part[(digits + 1)..];
        var (kind, name) = Explain(said);
        return new Block(kind, counted ?? all, name, said);
    }

    private static (BlockKind Kind, string? Name) Explain(string said)
    {
        if (Insufficient().Match(said) is { Success: true } resource)
        {
            return (BlockKind.Resource, resource.Groups["name"].Value);
        }

        if (said.Contains(" taint", StringComparison.Ordinal))
        {
            return ExplainTaint(said);
        }

        if (Claim().Match(said) is { Success: true } claim && !said.Contains("non-existent", StringComparison.Ordinal))
        {
            return (BlockKind.MissingClaim, claim.Groups["name"].Value);
        }

        foreach (var (part, kind) in Wordings)
        {
            if (said.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return (kind, null);
            }
        }

        return (BlockKind.Other, null);
    }

    private static (BlockKind Kind, string? Name) ExplainTaint(string said)
    {
        if (Taint().Match(said) is not { Success: true } found)
        {
            return (BlockKind.Taint, null);
        }

        var (key, value) = (found.Groups["key"].Value, found.Groups["value"].Value);
        var kind = key switch
        {
            "node-role.kubernetes.io/master" or "node-role.kubernetes.io/control-plane" or "node-role.kubernetes.io/controlplane" or "node-role.kubernetes.io/etcd" => BlockKind.ControlPlaneTaint,
            "node.kubernetes.io/unschedulable" => BlockKind.Cordoned,
            _ when key.StartsWith("node.kubernetes.io/", StringComparison.Ordinal) || key.StartsWith("node.cloudprovider.kubernetes.io/", StringComparison.Ordinal) => BlockKind.NodeTrouble,
            _ => BlockKind.Taint,
        };
        return (kind, value.Length == 0 ? key : $"{key}={value}");
    }

    // The first that fits: "volume node affinity" before "node affinity".
    private static readonly (string Part, BlockKind Kind)[] Wordings =
    [
        ("Too many pods", BlockKind.TooManyPods),
        ("unbound immediate PersistentVolumeClaims", BlockKind.UnboundClaim),
        ("volume node affinity conflict", BlockKind.VolumeZone),
        ("no available volume zone", BlockKind.VolumeZone),
        ("available persistent volumes to bind", BlockKind.NoVolume),
        ("bound to non-existent", BlockKind.NoVolume),
        ("enough free storage", BlockKind.VolumeSpace),
        ("max volume count", BlockKind.VolumeLimit),
        ("free ports", BlockKind.HostPort),
        ("topology spread", BlockKind.Spread),
        ("pod affinity/anti-affinity", BlockKind.PodAffinityOfEitherKind),
        ("anti-affinity", BlockKind.PodAntiAffinity),
        ("pod affinity", BlockKind.PodAffinity),
        ("node affinity", BlockKind.Affinity),
        ("node selector", BlockKind.Affinity),
        ("were unschedulable", BlockKind.Cordoned),
        ("not ready", BlockKind.NodeTrouble),
        ("had disk pressure", BlockKind.NodeTrouble),
        ("had memory pressure", BlockKind.NodeTrouble),
        ("had pid pressure", BlockKind.NodeTrouble),
        ("network unavailable", BlockKind.NodeTrouble),
    ];

    [GeneratedRegex(@"\b0/(?<all>[0-9]+) nodes are available: ?", RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    [GeneratedRegex(@"Insufficient (?<name>[A-Za-z0-9](?:[-A-Za-z0-9./_]*[A-Za-z0-9])?)", RegexOptions.CultureInvariant)]
    private static partial Regex Insufficient();

    [GeneratedRegex(@"\{(?<key>[^:{} ]+): *(?<value>[^{}]*?) *\}", RegexOptions.CultureInvariant)]
    private static partial Regex Taint();

    [GeneratedRegex(@"persistentvolumeclaim ""(?<name>[^""]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Claim();
}

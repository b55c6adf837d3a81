using System.Text.RegularExpressions;

namespace KubeMemory.Core.Analysis.Commands;

/// <summary>
/// kubectl: flags that it has, this incident's namespace, no secrets, nothing that runs a program of the model's choice, and changes of this
/// incident's workload alone, with values that are harmless or left to the reader.
/// </summary>
internal sealed partial class KubectlScreen(CommandScope scope)
{
    // Which cluster and who asks is the reader's business; the rest reaches further than one incident, or off the machine.
    private static readonly string[] FlagsNotTaken =
    [
        "--as", "--as-group", "--as-uid", "--cache-dir", "--certificate-authority", "--client-certificate", "--client-key", "--cluster", "--context",
        "--insecure-skip-tls-verify", "--kubeconfig", "--password", "--profile", "--profile-output", "--server", "--tls-server-name", "--token", "--user",
        "--username", "--vmodule", "--all-namespaces", "--raw", "--kustomize", "--template", "--edit", "--insecure-skip-tls-verify-backend", "--prune",
    ];

    private static readonly string[] FlagsNotTakenInChanges = ["--all", "--force", "--now", "--grace-period", "--selector", "--field-selector", "--local", "--cascade"];

    private static readonly string[] OfNoNamespace = ["version", "cluster-info", "api-resources", "api-versions", "explain", "top node", "cordon", "uncordon", "taint", "auth whoami"];

    private static readonly string[] KindsOfNoNamespace =
    [
        "node", "namespace", "pv", "persistentvolume", "persistentvolumes", "sc", "storageclass", "storageclasses", "crd", "customresourcedefinition",
        "customresourcedefinitions", "priorityclass", "priorityclasses", "runtimeclass", "runtimeclasses", "ingressclass", "ingressclasses", "csidriver", "csidrivers",
        "csinode", "csinodes", "volumeattachment", "volumeattachments", "mutatingwebhookconfiguration", "mutatingwebhookconfigurations",
        "validatingwebhookconfiguration", "validatingwebhookconfigurations",
    ];

    private static readonly string[] KindsToEdit = ["configmap", "service", "ingress", "persistentvolumeclaim", "horizontalpodautoscaler", "resourcequota", "limitrange"];

    public ScreenedCommand Screen(string line, List<string> words)
    {
        if (KubectlCall.Read(words, out var wrong) is not { } call)
        {
            return ScreenedCommand.No(wrong);
        }

        if (Refusal(call) is { } refusal)
        {
            return ScreenedCommand.No(refusal);
        }

        return new(WithNamespace(line, call), call.Command.Use == CommandUse.Change, null);
    }

    private string? Refusal(KubectlCall call)
    {
        var name = call.Command.Name;
        if (call.Command.Use == CommandUse.Never)
        {
            return $"kubectl {name} is not taken.";
        }

        if (call.Flags.FirstOrDefault(flag => FlagsNotTaken.Contains(flag.Name)).Name is { } flag)
        {
            return $"kubectl {name} is not taken with {flag}.";
        }

        if (call.ValueOf("--namespace") is { } ns && ns != scope.Namespace && !ShellWords.IsPlaceholder(ns))
        {
            return "A command was about another namespace.";
        }

        if (call.Program.Count > 0 && name != "exec")
        {
            return $"kubectl {name} is not taken with a program.";
        }

        return call.Command.Use == CommandUse.Read ? OfRead(call) : OfChange(call);
    }

    private string? OfRead(KubectlCall call)
    {
        switch (call.Command.Name)
        {
            case "exec":
                return ContainerPrograms.Refusal(call, scope);
            case "get" or "describe":
                var targets = call.Targets();
                if (call.Has("--filename") || targets.Count == 0)
                {
                    return $"kubectl {call.Command.Name} says not of what.";
                }

                if (targets.Any(target => target.Kind == "namespace" && target.Name is { } one && one != scope.Namespace && !ShellWords.IsPlaceholder(one)))
                {
                    return "A command was about another namespace.";
                }

                return targets.Any(target => target.Kind.Contains("secret", StringComparison.Ordinal)) && call.ValueOf("--output") is not (null or "wide" or "name")
                    ? "A command would read a secret."
                    : null;
            default:
                return null;
        }
    }

    private string? OfChange(KubectlCall call)
    {
        var name = call.Command.Name;
        if (scope.LookOnly)
        {
            return "The data speaks to a language model: nothing that changes the cluster is taken.";
        }

        if (call.Flags.FirstOrDefault(flag => FlagsNotTakenInChanges.Contains(flag.Name)).Name is { } flag)
        {
            return $"kubectl {name} is not taken with {flag}.";
        }

        if (name != "apply" && call.Has("--filename"))
        {
            return $"kubectl {name} is not taken with a file.";
        }

        var harmless = name switch
        {
            "rollout restart" or "rollout undo" or "rollout pause" or "rollout resume" => IsOwnWorkload(call.Targets()),
            "scale" => IsOwnWorkload(call.Targets()) && call.ValueOf("--replicas") is { } replicas && (ShellWords.IsPlaceholder(replicas) || Replicas().IsMatch(replicas)),
            "autoscale" => IsOwnWorkload(call.Targets()),
            "set image" or "set env" => IsOwnWorkload(Named(call)) && Values(call).All(IsLeftToTheReader) && !call.Has("--from") && !call.Has("--env"),
            "set resources" => IsOwnWorkload(call.Targets()) && Quantities(call, "--limits") && Quantities(call, "--requests"),
            "edit" => call.Targets() is { Count: 1 } targets && (IsOwnWorkload(targets) || (KindsToEdit.Contains(targets[0].Kind) && targets[0].Name is not null)),
            "delete" => call.Targets() is { Count: > 0 } targets && targets.All(IsOwnPod),
            "cordon" or "uncordon" => call.Arguments is [var node] && IsOwnNode(node),
            "taint" => call.Arguments is [var kind, var node, ..] && CommandScope.SingularOf(kind) == "node" && IsOwnNode(node),
            "label" or "annotate" => IsOwnObject(Named(call)),
            "apply" => call.Arguments.Count == 0 && call.ValueOf("--filename") is { } file && (ShellWords.IsPlaceholder(file) || LocalFile().IsMatch(file)),
            _ => LiteralsAreLeftToTheReader(call),
        };
        return harmless ? null : $"kubectl {name} would change something else than this workload, or to a value that is not taken.";
    }

    private bool IsOwnWorkload(IReadOnlyList<(string Kind, string? Name)> targets) =>
        targets is [{ Name: { } name } target] && (ShellWords.IsPlaceholder(name) || scope.IsWorkload(target.Kind, name));

    private bool IsOwnPod((string Kind, string? Name) target) =>
        target.Kind is "pod" or "job" && target.Name is { } name && (ShellWords.IsPlaceholder(name) || scope.IsOwn(name));

    private bool IsOwnNode(string name) => ShellWords.IsPlaceholder(name) || name == scope.Node;

    private bool IsOwnObject(IReadOnlyList<(string Kind, string? Name)> targets) =>
        IsOwnWorkload(targets) || targets is [var target] && (IsOwnPod(target) || (target.Kind == "node" && target.Name is { } node && IsOwnNode(node)));

    /// <summary>What it is about, without the <c>name=value</c> behind it.</summary>
    private static IReadOnlyList<(string Kind, string? Name)> Named(KubectlCall call) =>
        (call with { Arguments = [.. call.Arguments.Where(one => !IsAssignment(one))] }).Targets();

    private static IEnumerable<string> Values(KubectlCall call) => call.Arguments.Where(IsAssignment).Select(one => one[(one.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    private static bool IsAssignment(string word) => word.Contains('=', StringComparison.Ordinal) || word.EndsWith('-');

    // <image> and <image>:<tag>
    private static bool IsLeftToTheReader(string value) => Placeholders().IsMatch(value);

    private static bool Quantities(KubectlCall call, string flag) => call.ValueOf(flag) is not { } value || Amounts().IsMatch(value);

    // create configmap api --from-literal=KEY=<value> --from-file=app.yaml
    private static bool LiteralsAreLeftToTheReader(KubectlCall call) => call.Flags.All(flag => flag.Name switch
    {
        "--from-literal" => flag.Value?.Split('=', 2) is [_, var value] && IsLeftToTheReader(value),
        "--from-file" or "--from-env-file" or "--cert" or "--key" => flag.Value is { } file && (IsLeftToTheReader(file) || FileOrNamed().IsMatch(file)),
        "--docker-password" or "--docker-username" or "--docker-email" => flag.Value is { } value && IsLeftToTheReader(value),
        _ => true,
    });

    /// <summary>A command without a namespace would be about whichever the reader's context has.</summary>
    private string WithNamespace(string line, KubectlCall call)
    {
        if (call.Has("--namespace") || OfNoNamespace.Contains(call.Command.Name)
            || (call.Targets() is { Count: > 0 } targets && targets.All(target => KindsOfNoNamespace.Contains(target.Kind))))
        {
            return line;
        }

        var at = line.IndexOf(" -- ", StringComparison.Ordinal);
        return at < 0 ? $"{line} -n {scope.Namespace}" : line.Insert(at, $" -n {scope.Namespace}");
    }

    [GeneratedRegex("^<[^<>]+>([:@/]<[^<>]+>)*$")]
    private static partial Regex Placeholders();

    [GeneratedRegex("^[1-9][0-9]{0,2}$")]
    private static partial Regex Replicas();

    [GeneratedRegex(@"^(cpu|memory|ephemeral-storage)=([0-9.]+[A-Za-z]{0,2}|<[a-z -]+>)(,(cpu|memory|ephemeral-storage)=([0-9.]+[A-Za-z]{0,2}|<[a-z -]+>))*$")]
    private static partial Regex Amounts();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_-]*\.(yaml|yml|json)$")]
    private static partial Regex LocalFile();

    [GeneratedRegex(@"^([A-Za-z0-9_.-]+=)?[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    private static partial Regex FileOrNamed();
}

using System.Text.RegularExpressions;

namespace KubeMemory.Core.Analysis.Commands;

/// <summary>What may be run inside a container: programs that look at names, routes, disks and files that hold no secret.</summary>
internal static partial class ContainerPrograms
{
    /// <summary>Null where it may be run.</summary>
    public static string? Refusal(KubectlCall call, CommandScope scope)
    {
        if (call.Has("--filename") || call.Arguments is not [var target] || !IsOwn(target, scope))
        {
            return "kubectl exec was about another pod, or says not what to run.";
        }

        return IsHarmless(call.Program, scope) ? null : "kubectl exec would run a program that is not taken.";
    }

    private static bool IsOwn(string target, CommandScope scope)
    {
        var parts = target.Split('/', 2);
        var name = parts[^1];
        return ShellWords.IsPlaceholder(name) || (parts.Length == 1 || CommandScope.SingularOf(parts[0]) == "pod" ? scope.IsOwn(name) : scope.IsWorkload(parts[0], name));
    }

    private static bool IsHarmless(IReadOnlyList<string> program, CommandScope scope) => program switch
    {
        ["nslookup" or "ping", var host] => IsHost(host, scope),
        ["getent", "hosts", var host] => IsHost(host, scope),
        ["nc", "-zv" or "-vz" or "-z", var host, var port] => IsHost(host, scope) && Port().IsMatch(port),
        ["cat", "/etc/resolv.conf" or "/etc/hosts" or "/proc/meminfo" or "/sys/fs/cgroup/memory.max"] => true,
        ["ls", "-l" or "-la" or "-ld", var path] => IsPath(path),
        ["ls", var path] => IsPath(path),
        ["df", "-h" or "-i"] or ["df"] or ["id"] or ["date"] or ["ps"] or ["ps", "aux"] => true,
        ["df", "-h" or "-i", var path] => IsPath(path),
        _ => false,
    };

    // Of this cluster, or the one that the rules name: a name that somebody else resolves could carry something out.
    private static bool IsHost(string host, CommandScope scope) =>
        ShellWords.IsPlaceholder(host) || host == scope.Thing || ClusterHost().IsMatch(host);

    private static bool IsPath(string path) =>
        ShellWords.IsPlaceholder(path) || (Path().IsMatch(path) && !path.Contains("secret", StringComparison.OrdinalIgnoreCase) && !path.Contains("..", StringComparison.Ordinal));

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.svc(\.cluster\.local)?)?$")]
    private static partial Regex ClusterHost();

    [GeneratedRegex("^[0-9]{1,5}$")]
    private static partial Regex Port();

    [GeneratedRegex("^/[A-Za-z0-9._/-]*$")]
    private static partial Regex Path();
}

using System.Text.RegularExpressions;

namespace KubeMemory.Core.Analysis.Commands;

/// <summary>Other programs than kubectl, each with the few of its commands and flags that look only, and Helm's way back.</summary>
internal static partial class HostCommands
{
    private static readonly string[] ContainerTools = ["ps", "images", "logs", "stats", "info", "version"];

    private static readonly string[] NodeTools = [.. ContainerTools, "pods", "inspect", "inspecti", "inspectp", "imagefsinfo"];

    // Values and manifests of a release hold secrets.
    private static readonly string[] ReleaseLooks = ["list", "ls", "status", "history"];

    private static readonly string[] Units = ["kubelet", "containerd", "crio", "docker", "kube-proxy"];

    private static readonly string[] Flags =
    [
        "-n", "--namespace", "-a", "--all", "-o", "--output", "--max", "--tail", "--since", "--until", "--no-pager", "-u", "--unit", "-f", "--follow", "--name",
        "--state", "--wait", "--timeout", "--filter", "--failed", "--pending", "--deployed", "-q", "--quiet",
    ];

    public static ScreenedCommand Screen(string program, string line, List<string> words, CommandScope scope)
    {
        if (words.Exists(word => word.StartsWith('-') && !Flags.Contains(word.Split('=')[0])))
        {
            return ScreenedCommand.No($"A command of {Named(program)} had a flag that is not taken.");
        }

        if (words.Exists(word => !PlainWord().IsMatch(word)))
        {
            return ScreenedCommand.No($"A command of {Named(program)} had a word that is not taken.");
        }

        var first = words.FirstOrDefault() ?? "";
        return program switch
        {
            "docker" or "nerdctl" when ContainerTools.Contains(first) => new(line, false, null),
            "crictl" when NodeTools.Contains(first) => new(line, false, null),
            "systemctl" when words is ["status", var unit] && Units.Contains(unit) => new(line, false, null),
            "journalctl" when words.Exists(Units.Contains) => new(line, false, null),
            "helm" => Helm(first, line, words, scope),
            _ => ScreenedCommand.No($"A command of {Named(program)} is not taken."),
        };
    }

    private static ScreenedCommand Helm(string first, string line, List<string> words, CommandScope scope)
    {
        var at = words.FindIndex(word => word is "-n" or "--namespace");
        var ns = at >= 0 ? words.ElementAtOrDefault(at + 1) : words.Find(word => word.StartsWith("--namespace=", StringComparison.Ordinal))?[12..];
        if ((ns is not null && ns != scope.Namespace && !ShellWords.IsPlaceholder(ns)) || words.Contains("--all-namespaces"))
        {
            return ScreenedCommand.No("A command was about another namespace.");
        }

        if (ReleaseLooks.Contains(first))
        {
            return new(line, false, null);
        }

        if (first != "rollback")
        {
            return ScreenedCommand.No("A command of helm is not taken.");
        }

        var release = words.Skip(1).FirstOrDefault(word => !word.StartsWith('-')) ?? "";
        return scope.LookOnly || !(ShellWords.IsPlaceholder(release) || scope.IsOwn(release))
            ? ScreenedCommand.No("A rollback of helm was about another release, or nothing may be changed here.")
            : new(line, true, null);
    }

    private static string Named(string program) => ProgramName().IsMatch(program) ? program : "another program";

    [GeneratedRegex("^[a-z][a-z0-9-]{0,20}$")]
    private static partial Regex ProgramName();

    [GeneratedRegex(@"^[A-Za-z0-9._/:=@<> -]{1,200}$")]
    private static partial Regex PlainWord();
}

using System.Globalization;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Benchmarks.Search;

/// <summary>
/// Made-up incidents: a few dozen kinds of failure on some thousand workloads, each told a little differently. The same number gives the same
/// text, so that nothing has to be kept.
/// </summary>
internal static class FailureTexts
{
    private static readonly string[] Teams = ["payments", "shop", "search", "identity", "billing", "shipping", "media", "reports", "mail", "edge", "data", "platform"];
    private static readonly string[] Parts = ["api", "web", "worker", "cache", "gateway", "scheduler", "importer", "exporter", "indexer", "consumer", "proxy", "notifier", "sync", "admin"];
    private static readonly string[] Things = ["orders", "invoices", "sessions", "products", "accounts", "images", "events", "carts", "refunds", "stock", "prices", "users", "tokens", "coupons"];
    private static readonly string[] Hosts = ["postgres", "redis", "kafka", "vault", "elasticsearch", "mongodb", "rabbitmq", "minio", "etcd", "consul"];

    private static readonly (IncidentType Type, string Text)[] Failures =
    [
        (IncidentType.OOMKilled, "Container {part} was OOMKilled with exit code 137; memory limit {n}Mi. java.lang.OutOfMemoryError: Java heap space in {thing}Loader"),
        (IncidentType.OOMKilled, "Container {part} was OOMKilled with exit code 137. node: FATAL ERROR: Reached heap limit Allocation failed while reading {thing}"),
        (IncidentType.CrashLoopBackOff, "Back-off restarting failed container {part}. exit code 1. panic: runtime error: invalid memory address or nil pointer dereference in {thing}.Handler"),
        (IncidentType.CrashLoopBackOff, "Back-off restarting failed container {part}. exit code 1. dial tcp: lookup {host}.{team}.svc.cluster.local: no such host"),
        (IncidentType.CrashLoopBackOff, "Back-off restarting failed container {part}. exit code 1. Connection refused to {host}:{n} while opening {thing}"),
        (IncidentType.CrashLoopBackOff, "Back-off restarting failed container {part}. exit code 2. KeyError: '{thing}_URL': environment variable is not set"),
        (IncidentType.CrashLoopBackOff, "Back-off restarting failed container {part}. migration {n}_{thing} failed: relation \"{thing}\" already exists"),
        (IncidentType.CrashLoopBackOff, "Back-off restarting failed container {part}. x509: certificate has expired or is not yet valid for {host}"),
        (IncidentType.ImagePullBackOff, "Back-off pulling image registry.example.com/{team}/{part}:v{n}: manifest unknown"),
        (IncidentType.ImagePullBackOff, "Failed to pull image registry.example.com/{team}/{part}:v{n}: 401 Unauthorized, pull access denied"),
        (IncidentType.ImagePullBackOff, "Failed to pull image docker.io/{team}/{part}: toomanyrequests: You have reached your pull rate limit"),
        (IncidentType.FailedScheduling, "0/{n} nodes are available: {n} Insufficient memory, {n} node(s) had untolerated taint {team}"),
        (IncidentType.FailedScheduling, "0/{n} nodes are available: {n} Insufficient cpu. preemption: No preemption victims found for {part}"),
        (IncidentType.FailedMount, "MountVolume.SetUp failed for volume {thing}-data: secret \"{thing}-credentials\" not found"),
        (IncidentType.FailedMount, "Unable to attach or mount volumes {thing}-data: timed out waiting for the condition. Multi-Attach error for {host}"),
        (IncidentType.ProbeFailure, "Readiness probe failed: HTTP probe failed with statuscode: 503 on /ready of {part}: {host} is not reachable"),
        (IncidentType.ProbeFailure, "Liveness probe failed: Get /healthz of {part}: context deadline exceeded while {thing} are loaded"),
        (IncidentType.Evicted, "The node was low on resource: ephemeral-storage. Container {part} was using {n}Mi of {thing}"),
        (IncidentType.ConfigError, "Error: configmap \"{thing}-config\" not found for container {part}"),
        (IncidentType.ConfigError, "Error: couldn't find key {host}-password in Secret {team}/{thing}"),
        (IncidentType.SandboxFailure, "Failed to create pod sandbox: plugin type=\"calico\" failed (add): no IP addresses available in range for {team}"),
        (IncidentType.JobFailed, "Job {thing}-{part} has reached the specified backoff limit: exit code {n}, {host} returned 503"),
        (IncidentType.HookFailure, "PostStartHook of {part} failed: /bin/sh: {thing}-init: not found"),
        (IncidentType.NodePressure, "Node condition DiskPressure: kubelet has disk pressure while {team}-{part} writes {thing}"),
    ];

    public static VectorRecord Record(int number)
    {
        var random = new Random(number);
        var (type, failure) = Failures[random.Next(Failures.Length)];
        var team = Pick(random, Teams);
        var part = Pick(random, Parts);
        var thing = Pick(random, Things);
        var host = Pick(random, Hosts);
        var workload = $"{thing}-{part}";
        var document = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {type} of Deployment {team}/{workload}, container {part}
            {Fill(failure)}
            {Fill(Failures[random.Next(Failures.Length)].Text)}
            {Pick(random, Hosts)} {Pick(random, Things)} {Pick(random, Things)} {Pick(random, Teams)} since {random.Next(90)} minutes, restarts {random.Next(40)}
            """);
        var vector = new float[LexicalEmbedding.Dimensions];
        LexicalEmbedding.Embed(document, vector);
        return new VectorRecord(VectorRecord.IdOf(number), VectorKinds.Incident, number, "cluster-" + (number % 3), team, workload, type, document, vector);

        string Fill(string text) => text
            .Replace("{team}", team, StringComparison.Ordinal).Replace("{part}", part, StringComparison.Ordinal).Replace("{thing}", thing, StringComparison.Ordinal)
            .Replace("{host}", host, StringComparison.Ordinal).Replace("{n}", random.Next(1, 4096).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static string Pick(Random random, string[] words) => words[random.Next(words.Length)];
}

using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class DnsConfigLimits
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "dns-config-limits",
        Title = "The node's DNS configuration has more entries than a pod may have",
        Area = SignatureArea.Network,
        Types = [IncidentType.SandboxFailure, IncidentType.ConfigError, IncidentType.Unknown],
        Clues =
        [
            Clue.Event("Nameserver limits (?:were|was) exceeded[^\\n]*applied nameserver line is: (?<applied>[^\\n]*[^\\s.])"),
            Clue.Event("(?i)search line limits (?:were|was) exceeded[^\\n]*applied search line is: (?<applied>[^\\n]*[^\\s.])"),
            Clue.Event("(?i)(?:nameserver|search line|resolv\\.conf)[^\\n]*limits[^\\n]*exceeded|Resolv.conf file[^\\n]*(?:contains|exceeds)"),
        ],
        Specificity = 20,
        Verdict = Verdict.Likely,
        Cause = "The resolv.conf of the node[ {node}] names more than 3 servers or more search domains than a pod may have; the rest is left out[, and this is used: {applied}]. Names that only an omitted server knows are not resolved.",
        Thing = "node",
        Steps = [Step.DescribePod, new("On the node, read the file that the kubelet's resolvConf names."), new("Leave at most 3 servers and the search domains that are needed, or set dnsConfig of the pod.")],
        Prevention = ["Give nodes at most three DNS servers and a short search list."],
        Documentation = Page.Of("concepts/services-networking/dns-pod-service/#dns-search-domain-list-limits"),
        Samples = [Example.Of(IncidentType.Unknown, "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.0.0.2 10.0.0.3 1.1.1.1", "worker-2"), Example.Of(IncidentType.Unknown, "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: shop.svc.cluster.local svc.cluster.local cluster.local a.example b.example c.example", "worker-2")],
        NearMisses = [Example.Of(IncidentType.Unknown, "Search index limits were reached, some documents have been omitted")],
    };
}
